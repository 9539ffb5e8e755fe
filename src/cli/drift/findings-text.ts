import type { Checked, Finding } from '../../drift/fleet.ts';
import { findingKinds, tally } from '../../drift/tally.ts';
import { diffLines } from '../../reporters/diff-text.ts';
import type { Paint, Tone } from '../../reporters/paint.ts';
import { count, duration, hang, shownLine } from '../../reporters/text.ts';

export interface TextOptions {
  readonly diff: boolean;
  readonly paint: Paint;
}

/** What a check found, for people: by host, at most 80 columns wide but for diffs. */
export function findingsText(checked: Checked, options: TextOptions): string[] {
  const byHost = [...Map.groupBy(checked.findings, ({ host }) => host)];
  const { paint } = options;
  return [
    ...byHost.flatMap(([host, findings]) => [
      paint('strong', shownLine(host)),
      ...findings.flatMap((finding) => findingLines(finding, options)),
      '',
    ]),
    ...checked.failed.flatMap(({ host, message }) =>
      labelled('failed', 'bad', `${host}: ${message}`, paint),
    ),
    ...(checked.unreachable.length > 0
      ? labelled('unreachable', 'bad', checked.unreachable.join(', '), paint)
      : []),
    ...hang('', summary(checked), columns).map((line) => paint('strong', line)),
  ];
}

/** `3 of 4 hosts differ: 2 tasks drifted, 1 pending, 0 unknown until applied (1.2 s)` */
export function summary({ findings, hosts, unreachable, failed, durationMs }: Checked): string {
  const differing = new Set(
    findings.filter(({ kind }) => kind !== 'unknown').map(({ host }) => host),
  );
  const amounts = tally(findings);
  const parts = findingKinds.map((kind) => `${amounts[kind]} ${kind}`).join(', ');
  const silent = unreachable.length > 0 ? `, ${unreachable.length} unreachable` : '';
  const broken = failed.length > 0 ? `, ${failed.length} failed` : '';
  const looked = count(hosts.length, 'host');
  return `${differing.size} of ${looked} differ: ${parts}${broken}${silent} (${duration(durationMs)})`;
}

const columns = 80;
const indent = 2;
const width = 'drifted'.length + indent;
const tones: Readonly<Record<Finding['kind'], Tone>> = {
  drifted: 'change',
  pending: 'place',
  unknown: 'doubt',
};

function findingLines(finding: Finding, { diff, paint }: TextOptions): string[] {
  const { kind, role, task, module, message } = finding;
  const name = shownLine(`${role === undefined ? '' : `${role}: `}${task || module}`);
  const [first = '', ...others] = hang(' '.repeat(indent) + kind.padEnd(width), name, columns);
  const margin = ' '.repeat(indent + width);
  return [
    ' '.repeat(indent) + paint(tones[kind], kind) + first.slice(indent + kind.length),
    ...others,
    ...hang(margin, shownLine(message), columns).map((line) => paint('quiet', line)),
    ...(diff
      ? finding.diff.flatMap((one) => diffLines(one, paint)).map((line) => margin + line)
      : []),
  ];
}

function labelled(label: string, tone: Tone, text: string, paint: Paint): string[] {
  const [first = '', ...others] = hang(`${label}  `, shownLine(text), columns);
  return [paint(tone, label) + first.slice(label.length), ...others];
}
