import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Problem, RolecallError, type SourcePosition } from '../errors.ts';
import { checkParameters, type ParameterPath } from '../schema/parameters.ts';
import { type Plain, toPlain, type Value } from '../values.ts';
import { loadYaml } from '../yaml/load.ts';
import { positionOf, positionOfKey, positionOfValue } from '../yaml/positions.ts';
import { parseDuration } from './duration.ts';
import { runRelativeTo } from './run-settings.ts';
import { settingProblems } from './setting-rules.ts';
import { driftSettings, type NoticeKind, type WrittenSettings } from './settings-schema.ts';
import { weekdays } from './time-zone.ts';
import { parseTimeOfDay, type Window } from './windows.ts';

/** What drift.yml and the flags say, checked; times in milliseconds, files absolute. */
export interface DriftSettings {
  readonly name: string;
  readonly playbooks: readonly string[];
  readonly inventory: readonly string[];
  readonly run: NonNullable<WrittenSettings['run']>;
  readonly schedule: ScheduleSettings;
  readonly policy: Policy;
  readonly windows: readonly Window[];
  readonly limits: Limits;
  readonly gate: { readonly before?: Gate; readonly after?: Gate };
  readonly notify: readonly NotifyTarget[];
  readonly remindMs: number;
  readonly metrics: { readonly listen?: string; readonly textfile?: string };
  readonly state?: string;
}

export interface ScheduleSettings {
  readonly when: { readonly everyMs: number } | { readonly cron: string };
  readonly timeZone: string | undefined;
  readonly splayMs: number;
  readonly splayBy: 'machine' | 'check';
  readonly missed: 'run-once' | 'skip';
}

export type Action = 'correct' | 'report';

export interface PolicyRule {
  readonly role?: string;
  readonly tag?: string;
  readonly task?: string;
  readonly host?: string;
  readonly kind: 'drifted' | 'pending';
  readonly do: Action;
}

export interface Policy {
  readonly rules: readonly PolicyRule[];
  readonly default: Action;
}

export interface Limits {
  readonly hostsAtOnce: number;
  readonly correctionsPerHour: number;
  /** From 0 to 1. */
  readonly driftedShare: number;
  readonly sameDrift: { readonly times: number; readonly withinMs: number };
}

/** Words of a program, or a text for /bin/sh. */
export type ProgramCall = string | readonly string[];

export interface Gate {
  readonly check:
    | { readonly url: string; readonly status: number }
    | { readonly command: ProgramCall };
  readonly timeoutMs: number;
}

export interface NotifyTarget {
  readonly to:
    | { readonly webhook: WebhookPlace; readonly tokenFile?: string }
    | { readonly command: ProgramCall }
    | { readonly mail: MailTarget };
  readonly about: readonly NoticeKind[];
  readonly timeoutMs: number;
}

export type WebhookPlace = { readonly url: string } | { readonly file: string };

export interface MailTarget {
  readonly to: readonly string[];
  readonly from?: string;
  readonly sendmail: string;
}

/** What flags say: parts of the same settings, which win. */
export type GivenSettings = { readonly [name: string]: Plain };

/**
 * Reads a drift.yml and lays the flags over it. Throws with every problem found, each at its place.
 * Without a file the flags are all there is, and `folder` is what their files are relative to.
 */
export function readDriftSettings(
  file: string | undefined,
  flags: GivenSettings,
  folder: string,
): DriftSettings {
  const written = file === undefined ? new Map() : readSettingsFile(file);
  const { params, problems } = checkParameters(
    shownName(file),
    driftSettings,
    withFlags(toPlain(written) as GivenSettings, flags),
  );
  const found: Problem[] = problems.map(({ path, message, expected, nearest }) => ({
    code: 'drift-settings-invalid',
    message: message.replace(/(the|no) parameter '/, "$1 setting '"),
    at: placeOf(written, path),
    expected,
    nearest,
  }));
  const settings = params as unknown as WrittenSettings;
  if (found.length === 0) {
    for (const { path, message, expected } of settingProblems(settings)) {
      const text = `${shownName(file)}: ${message}`;
      const at = placeOf(written, path);
      found.push({ code: 'drift-settings-invalid', message: text, at, expected });
    }
  }
  if (found.length > 0) throw new RolecallError(found);
  return resolved(settings, file === undefined ? folder : dirname(resolve(folder, file)), folder);
}

function shownName(file: string | undefined): string {
  return file === undefined ? 'drift' : basename(file);
}

function readSettingsFile(file: string): Value {
  let source: Buffer;
  try {
    source = readFileSync(file);
  } catch (error) {
    throw new RolecallError({
      code: 'file-unreadable',
      message: `the settings ${file} cannot be read: ${(error as Error).message}`,
    });
  }
  const value = loadYaml(source, file) ?? new Map();
  const at = positionOf(value) ?? { file, line: 1, column: 1 };
  if (!(value instanceof Map)) throw invalid(`${basename(file)} holds no mapping`, at);
  const secret = [...value].find(([, item]) => holdsVaulted(item));
  if (secret) {
    throw invalid(`${basename(file)}: '${String(secret[0])}' is encrypted`, at);
  }
  return value;
}

function invalid(message: string, at: SourcePosition): RolecallError {
  return new RolecallError({
    code: 'drift-settings-invalid',
    message,
    at,
    expected: 'names of settings with plain values; secrets in files of their own',
  });
}

function holdsVaulted(value: Value): boolean {
  if (value instanceof Map) return [...value.values()].some(holdsVaulted);
  if (Array.isArray(value)) return value.some(holdsVaulted);
  return value !== null && typeof value === 'object' && 'ciphertext' in value;
}

/** Mappings are laid over one another; of `every` and `cron` the given one stays. */
function withFlags(written: GivenSettings, flags: GivenSettings): GivenSettings {
  const merged: { [name: string]: Plain } = { ...written };
  if ('every' in flags) delete merged.cron;
  if ('cron' in flags) delete merged.every;
  for (const [name, value] of Object.entries(flags)) {
    const below = merged[name];
    merged[name] = isMapping(value) && isMapping(below) ? withFlags(below, value) : value;
  }
  return merged;
}

function isMapping(value: Plain | undefined): value is { [key: string]: Plain } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Where a part of the settings stands: the name of an unknown one, else its value, else what holds it. */
function placeOf(root: Value, path: ParameterPath): SourcePosition | undefined {
  let container = root;
  let at = positionOf(root);
  for (const [index, part] of path.entries()) {
    const isLast = index === path.length - 1;
    const found = isLast
      ? (positionOfKey(container, part) ?? positionOfValue(container, part))
      : positionOfValue(container, part);
    if (!found) return at;
    at = found;
    container = childOf(container, part);
  }
  return at;
}

function childOf(container: Value, part: string | number): Value {
  if (container instanceof Map) return container.get(part) ?? null;
  return Array.isArray(container) ? (container[Number(part)] ?? null) : null;
}

function resolved(written: WrittenSettings, base: string, folder: string): DriftSettings {
  const { timeZone } = written;
  const file = (path: string) => resolve(base, path);
  return {
    name: written.name ?? nameOf(base),
    playbooks: written.playbooks.map(file),
    inventory: (written.inventory ?? []).map((source) =>
      source.includes(',') ? source : file(source),
    ),
    run: runRelativeTo(written.run ?? {}, base),
    schedule: {
      when:
        written.cron === undefined
          ? { everyMs: parseDuration(written.every ?? usualPeriod) }
          : { cron: written.cron },
      timeZone,
      splayMs: parseDuration(written.splay),
      splayBy: written.splayBy,
      missed: written.missed,
    },
    policy: { rules: written.policy, default: written.default },
    windows: written.windows.map((window) => ({
      days: window.days ?? weekdays,
      from: parseTimeOfDay(window.from),
      to: parseTimeOfDay(window.to),
      timeZone: window.timeZone ?? timeZone,
    })),
    limits: {
      hostsAtOnce: written.limits.hostsAtOnce,
      correctionsPerHour: written.limits.correctionsPerHour,
      driftedShare: written.limits.driftedShare / 100,
      sameDrift: {
        times: written.limits.sameDrift.times,
        withinMs: parseDuration(written.limits.sameDrift.within),
      },
    },
    gate: {
      ...(written.gate?.before && { before: gateOf(written.gate.before) }),
      ...(written.gate?.after && { after: gateOf(written.gate.after) }),
    },
    notify: written.notify.map((target) => targetOf(target, file)),
    remindMs: parseDuration(written.remind),
    metrics: {
      ...(written.metrics?.listen !== undefined && { listen: written.metrics.listen }),
      ...(written.metrics?.textfile !== undefined && { textfile: file(written.metrics.textfile) }),
    },
    ...(written.state !== undefined && { state: resolve(folder, written.state) }),
  };
}

/** Without `every` and `cron`. */
const usualPeriod = '15m';

function nameOf(folder: string): string {
  return (
    basename(folder)
      .replace(/[^A-Za-z0-9_.-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '') || 'site'
  );
}

type WrittenGate = NonNullable<NonNullable<WrittenSettings['gate']>['before']>;

function gateOf({ url, status, command, timeout }: WrittenGate): Gate {
  const timeoutMs = parseDuration(timeout);
  return { check: url === undefined ? { command: command! } : { url, status }, timeoutMs };
}

function targetOf(
  target: WrittenSettings['notify'][number],
  file: (path: string) => string,
): NotifyTarget {
  const { about, webhook, webhookFile, tokenFile, command, mail } = target;
  const shared = { about, timeoutMs: parseDuration(target.timeout) };
  if (mail) return { to: { mail }, ...shared };
  if (command !== undefined) return { to: { command }, ...shared };
  const place = webhook === undefined ? { file: file(webhookFile!) } : { url: webhook };
  return {
    to: { webhook: place, ...(tokenFile !== undefined && { tokenFile: file(tokenFile) }) },
    ...shared,
  };
}
