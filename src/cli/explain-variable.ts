import { soundsSecret } from '../engine/no-log.ts';
import { matchPlay } from '../engine/play-hosts.ts';
import { stateOf } from '../engine/roles/read-fleet.ts';
import type { Run } from '../engine/run-state.ts';
import { titleOfPlay } from '../engine/title.ts';
import { nearestName, type Problem, RolecallError, type SourcePosition } from '../errors.ts';
import { mask } from '../shell/redact.ts';
import { type Plain, toPlain, Unknown, Unsafe, type Value, Vaulted } from '../values.ts';
import { levelNames } from '../variables/layer.ts';
import type { Origin, VariableScope } from '../variables/scope.ts';
import { evaluateValue } from '../variables/values.ts';
import { isSecretKey } from '../yaml/secrets.ts';
import type { LoadedRun } from './load-run.ts';
import { runAtRest } from './read-site.ts';

/** A place that gives a variable a value. */
export interface Given {
  readonly level: string;
  /** `group web`, `defaults of role nginx`, a file. */
  readonly by: string;
  readonly at: SourcePosition | undefined;
  /** As it stands there, templates in it; secrets masked. */
  readonly written: Plain;
}

/** What a variable is on a host, in some plays. */
export interface Explanation {
  /** Titles of the plays in which it is so; none when no playbook was given or has the host. */
  readonly plays: readonly string[];
  /** Undefined where only a run can tell; `why` says what is missing then. */
  readonly value: Plain | undefined;
  readonly why?: string;
  /** The one that counts first, then those that it hides. */
  readonly given: readonly [Given, ...Given[]];
}

/**
 * Explains a variable of a host: once for all plays in which it is the same.
 *
 * @throws RolecallError `pattern-unmatched`, `undefined-variable`
 */
export function explainVariable(
  loaded: LoadedRun,
  host: string,
  name: string,
): readonly Explanation[] {
  const { inventory } = loaded;
  if (!inventory.host(host)) {
    const message = `no host is called '${host}'`;
    const nearest = nearestName(host, inventory.hosts.keys());
    throw new RolecallError({ code: 'pattern-unmatched', message, nearest });
  }
  const run = runAtRest(loaded);
  const scopes = scopesOf(loaded, run, host);
  const found = new Map<string, Explanation>();
  for (const { title, scope } of scopes) {
    const explained = explain(scope, name, run);
    if (!explained) continue;
    const key = JSON.stringify(explained);
    const plays = [...(found.get(key)?.plays ?? []), ...(title === undefined ? [] : [title])];
    found.set(key, { plays, ...explained });
  }
  if (found.size > 0) return [...found.values()];
  throw new RolecallError({
    code: 'undefined-variable',
    message: `'${name}' is not defined on ${host}`,
    nearest: nearestName(name, new Set(scopes.flatMap(({ scope }) => [...scope.names()]))),
    hint: 'Facts, results and what tasks set are known in a run only.',
  });
}

interface NamedScope {
  readonly title: string | undefined;
  readonly scope: VariableScope;
}

/** Of the plays that have the host; without any, what inventory and -e give. */
function scopesOf({ playbooks }: LoadedRun, run: Run, host: string): readonly NamedScope[] {
  const plays = playbooks
    .flatMap((playbook) => playbook.plays)
    .filter((play) => matchPlay(play, run).hosts.includes(host));
  if (plays.length === 0) {
    return [{ title: undefined, scope: run.variables.hostScope(host, undefined) }];
  }
  return plays.map((play) => ({
    title: titleOfPlay(play),
    scope: run.variables.hostScope(host, stateOf(play, run)),
  }));
}

function explain(
  scope: VariableScope,
  name: string,
  run: Run,
): Omit<Explanation, 'plays'> | undefined {
  const [first, ...rest] = apart(scope.origin(name));
  if (!first) return undefined;
  const valued = evaluated(scope, name);
  const { redactor } = run.context.services;
  const redact = (value: Plain) => redacted(value, (text) => redactor.redact(text));
  const given = (origin: Origin) => ({
    ...placed(origin, name),
    written: redact(written(origin, name)),
  });
  return {
    value: 'value' in valued ? redact(hides(first, name) ? mask : valued.value) : undefined,
    ...('why' in valued && { why: redactor.redact(valued.why) }),
    given: [given(first), ...rest.map(given)],
  };
}

function evaluated(
  scope: VariableScope,
  name: string,
): { readonly value: Plain } | { readonly why: string } {
  try {
    const value = evaluateValue(scope.get(name) ?? null, scope);
    return value instanceof Unknown ? { why: value.reason } : { value: toPlain(value) };
  } catch (error) {
    if (error instanceof RolecallError) return { why: reasonOf(error.problems[0]!) };
    throw error;
  }
}

/** Without what -e gives, which may be a secret. */
function reasonOf({ message, at }: Problem): string {
  return at && isFile(at) ? `${message} (${at.file}:${at.line}:${at.column})` : message;
}

/** What lies beside inventory and playbook at once counts twice, and is told once. */
function apart(origins: readonly Origin[]): readonly Origin[] {
  const seen = new Set<string>();
  return origins.filter(({ at }) => {
    if (!at) return true;
    const place = `${at.file}:${at.line}:${at.column}`;
    if (seen.has(place)) return false;
    seen.add(place);
    return true;
  });
}

/** The text of an -e stands where other places have their file. */
function isFile({ file }: SourcePosition): boolean {
  return !file.startsWith('-e ');
}

function placed({ layer, at }: Origin, name: string): Omit<Given, 'written'> {
  const literal = layer.values.get(name);
  const place = at ?? (literal instanceof Vaulted ? literal.at : undefined);
  return {
    level: levelNames[layer.precedence],
    by: layer.name,
    at: place && isFile(place) ? place : undefined,
  };
}

function written(origin: Origin, name: string): Plain {
  if (hides(origin, name)) return mask;
  return literalText(origin.layer.values.get(name)!);
}

function hides({ layer }: Origin, name: string): boolean {
  if (isSecretKey(layer.values, name) || layer.values.get(name) instanceof Vaulted) return true;
  return soundsSecret.test(name);
}

/** A literal as plain data; what is encrypted in it is masked. */
function literalText(value: Value): Plain {
  if (value instanceof Vaulted) return mask;
  if (value instanceof Unsafe) return value.text;
  if (Array.isArray(value)) return value.map(literalText);
  if (!(value instanceof Map)) return toPlain(value);
  const entries = [...value].map(([key, item]) => {
    const secret = isSecretKey(value, key) || soundsSecret.test(String(key));
    return [String(key), secret ? mask : literalText(item)] as const;
  });
  return Object.fromEntries(entries);
}

function redacted(value: Plain, redact: (text: string) => string): Plain {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redact));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      soundsSecret.test(key) ? mask : redacted(item, redact),
    ]),
  );
}
