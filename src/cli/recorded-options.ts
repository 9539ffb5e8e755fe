import type { Plain } from '../values.ts';
import { namesOfExtraVars } from '../variables/extra-vars.ts';

/** Options as they are kept in the history: those that were given, without values that may be secret. */
export function recordedOptions(
  options: Readonly<Record<string, unknown>>,
  redact: (text: string) => string,
): Record<string, Plain> {
  const given = Object.entries(options).filter(
    ([name, value]) => value !== undefined && value !== defaults[name] && !left.has(name),
  );
  return Object.fromEntries(given.map(([name, value]) => [name, optionValue(name, value, redact)]));
}

/** What they say is in the record under other names, or nobody's business: arguments of `exec`. */
const left: ReadonlySet<string> = new Set(['inventory', 'history', 'check', 'args']);

const defaults: Readonly<Record<string, unknown>> = {
  verbose: 0,
  forks: 50,
  timeout: 10,
  hostKeyChecking: 'strict',
  becomeMethod: 'sudo',
  becomeUser: 'root',
};

function optionValue(name: string, value: unknown, redact: (text: string) => string): Plain {
  if (name === 'extraVars') return extraVarsNames(value as string[]).map(redact);
  if (Array.isArray(value)) return value.map((item) => redact(String(item)));
  return typeof value === 'string' ? redact(value) : (value as Plain);
}

/** Files, and of variables the names. */
function extraVarsNames(texts: readonly string[]): string[] {
  const { files, variables } = namesOfExtraVars(texts);
  return [...files.map((file) => `@${file}`), ...variables];
}
