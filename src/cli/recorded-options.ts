import { mask } from '../shell/redact.ts';
import { Float, type Mapping, type Plain, Unsafe, type Value } from '../values.ts';
import { parseExtraVars } from '../variables/extra-vars.ts';
import { isSecretKey } from '../yaml/secrets.ts';

/** Options as they are kept in the history: those that were given, without what may be secret. */
export function recordedOptions(
  options: Readonly<Record<string, unknown>>,
  redact: (text: string) => string,
): Record<string, Plain> {
  const given = Object.entries(options).filter(
    ([name, value]) => value !== undefined && value !== defaults[name] && !left.has(name),
  );
  return Object.fromEntries(given.map(([name, value]) => [name, optionValue(name, value, redact)]));
}

/** What they say is in the record under other names. */
const left: ReadonlySet<string> = new Set(['inventory', 'history', 'check']);

const defaults: Readonly<Record<string, unknown>> = {
  verbose: 0,
  forks: 50,
  timeout: 10,
  hostKeyChecking: 'strict',
  becomeMethod: 'sudo',
  becomeUser: 'root',
};

function optionValue(name: string, value: unknown, redact: (text: string) => string): Plain {
  if (name === 'extraVars') return (value as string[]).map((text) => extraVars(text, redact));
  if (name === 'args') return redact(maskedWords(String(value)));
  if (Array.isArray(value)) return value.map((item) => redact(String(item)));
  return typeof value === 'string' ? redact(value) : (value as Plain);
}

/** Files by their names; of variables the names, and values where nothing says that they are secret. */
function extraVars(text: string, redact: (text: string) => string): Plain {
  if (text.trim().startsWith('@')) return text.trim();
  const variables = parseExtraVars([text], () => mask);
  return Object.fromEntries(
    [...variables].map(([key, value]) => [String(key), shown(variables, key, value, redact)]),
  );
}

function shown(
  mapping: Mapping,
  key: Value,
  value: Value,
  redact: (text: string) => string,
): Plain {
  if (secretName.test(String(key)) || isSecretKey(mapping, key)) return mask;
  return plain(value, redact);
}

function plain(value: Value, redact: (text: string) => string): Plain {
  if (typeof value === 'string') return redact(value);
  if (value instanceof Unsafe) return redact(value.text);
  if (value instanceof Float) return value.value;
  if (Array.isArray(value)) return value.map((item) => plain(item, redact));
  if (value instanceof Map) {
    return Object.fromEntries(
      [...value].map(([key, item]) => [String(key), shown(value, key, item, redact)]),
    );
  }
  return value === null || typeof value !== 'object' ? value : mask;
}

/** Arguments of a module: `password=x`, `"password": "x"`, `--password x`. */
function maskedWords(text: string): string {
  return text.replace(
    /([\w-]*(?:pass|pwd|secret|token|key|cred|auth|private|salt|pin)[\w-]*["']?\s*[=:\s]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}]+)/gi,
    `$1${mask}`,
  );
}

const secretName = /pass|pwd|pw$|_pw_|secret|token|key|cred|auth|private|salt|pin/i;
