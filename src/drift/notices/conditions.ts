import { driftedHosts, type HeldBecause } from '../choose.ts';
import type { Cycle } from '../cycle.ts';
import type { Finding } from '../fleet.ts';
import type { NoticeKind } from '../settings-schema.ts';
import type { Condition, WatchState } from '../state.ts';
import type { Notice, NoticeFinding } from './notice.ts';
import { textOf, titles } from './wording.ts';

export interface NoticeContext {
  readonly watch: string;
  readonly machine: string;
  readonly remindMs: number;
}

export interface Told {
  readonly notices: readonly Notice[];
  readonly conditions: WatchState['conditions'];
}

/**
 * What there is to tell after a cycle. What lasts is told when it begins, when something is added to
 * it, when it is over, and every `remindMs` in between; corrections are told when they happen.
 */
export function noticesAfter(
  cycle: Cycle,
  before: WatchState['conditions'],
  { watch, machine, remindMs }: NoticeContext,
): Told {
  const now = cycle.endedAt;
  const notices: Notice[] = [];
  const conditions: Partial<Record<NoticeKind, Condition>> = {};
  const tell = (kind: NoticeKind, change: Notice['change'], about: About) => {
    const findings = about.findings.map(shortFinding);
    const title = titles[kind](change, about);
    const hosts = about.hosts ?? [...new Set(findings.map(({ host }) => host))].sort();
    const text = textOf(title, findings, about.details ?? []);
    const at = new Date(now).toISOString();
    notices.push({ version: 1, watch, machine, at, kind, change, title, text, hosts, findings });
  };
  if (cycle.corrected.length > 0) tell('corrected', 'happened', { findings: cycle.corrected });
  for (const [kind, about] of lasting(cycle)) {
    const earlier = before[kind];
    if (about === 'unknown') {
      if (earlier) conditions[kind] = earlier;
      continue;
    }
    const subjects = about.subjects.toSorted();
    const change = changeOf(earlier, subjects, now, remindMs);
    if (change) tell(kind, change, about);
    if (subjects.length > 0) {
      const toldAt = change ? now : earlier!.toldAt;
      conditions[kind] = { subjects, since: earlier?.since ?? now, toldAt };
    }
  }
  return { notices, conditions };
}

/** What a notice is about. */
export interface About {
  readonly findings: readonly Finding[];
  readonly hosts?: readonly string[];
  /** More lines for people. */
  readonly details?: readonly string[];
}

interface Lasting extends About {
  /** What makes it the same as before; none when all is well. */
  readonly subjects: readonly string[];
}

/** Each thing that lasts, as it is now; `unknown` where the cycle could not find out. */
function lasting(cycle: Cycle): [NoticeKind, Lasting | 'unknown'][] {
  const { checked, error } = cycle;
  const failedCheck: Lasting = {
    subjects: error === undefined ? [] : ['check'],
    findings: [],
    details: error === undefined ? [] : [error],
  };
  if (!checked) {
    const others: NoticeKind[] = ['drift', 'unreachable', ...fromCorrections];
    return [
      ['check-failed', failedCheck],
      ...others.map((kind) => [kind, 'unknown'] as [NoticeKind, 'unknown']),
    ];
  }
  // Another run at work there may be about to correct it: told when it still is so the next time.
  const awaited = new Set(
    cycle.held
      .filter(
        ({ because, finding }) => because === 'busy' && !cycle.busyBefore.includes(finding.key),
      )
      .map(({ finding }) => finding.key),
  );
  const drifted = cycle.left.filter(({ kind, key }) => kind === 'drifted' && !awaited.has(key));
  const heldBack = (because: HeldBecause) => {
    const findings = cycle.held.filter((one) => one.because === because).map((one) => one.finding);
    return { findings, subjects: findings.map(({ key }) => key) };
  };
  const failures = checked.failed.map(({ host, message }) => `${host}: ${message}`);
  const away = [...checked.unreachable, ...checked.failed.map(({ host }) => host)];
  const share = heldBack('drifted-share');
  return [
    ['check-failed', failedCheck],
    ['unreachable', { subjects: away, hosts: away, findings: [], details: failures }],
    ['drift', { findings: drifted, subjects: drifted.map(({ key }) => key) }],
    ['same-drift', heldBack('same-drift')],
    [
      'drifted-share',
      {
        ...share,
        subjects: share.findings.length > 0 ? ['share'] : [],
        hosts: driftedHosts(checked),
      },
    ],
    [
      'gate',
      {
        findings: [],
        subjects: cycle.gate === undefined ? [] : ['gate'],
        details: cycle.gate === undefined ? [] : [cycle.gate],
      },
    ],
    [
      'correction-failed',
      {
        findings: cycle.failed.map(({ finding }) => finding),
        subjects: cycle.failed.map(({ finding }) => finding.key),
        details: cycle.failed.map(({ finding, message }) => `${finding.host}: ${message}`),
      },
    ],
  ];
}

const fromCorrections: readonly NoticeKind[] = [
  'same-drift',
  'drifted-share',
  'gate',
  'correction-failed',
];

function changeOf(
  earlier: Condition | undefined,
  subjects: readonly string[],
  now: number,
  remindMs: number,
): Notice['change'] | undefined {
  if (subjects.length === 0) return earlier ? 'ended' : undefined;
  if (!earlier) return 'began';
  if (subjects.some((subject) => !earlier.subjects.includes(subject))) return 'changed';
  return now - earlier.toldAt >= remindMs ? 'reminder' : undefined;
}

function shortFinding(finding: Finding): NoticeFinding {
  const { host, play, role, task, module, kind, key, message } = finding;
  return { host, play, ...(role !== undefined && { role }), task, module, kind, key, message };
}
