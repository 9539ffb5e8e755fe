import { readFileSync } from 'node:fs';
import { type Problem, RolecallError } from '../errors.ts';
import { type Inventory, localhostNames } from './inventory.ts';
import { reading } from './vars-files.ts';

export interface MatchOptions {
  /** --limit: only hosts that this pattern matches too; `@file` names a file with a pattern per line. */
  readonly limit?: string;
}

export interface Match {
  /** In inventory order, each once. */
  readonly hosts: readonly string[];
  /** Parts of the pattern that match nothing. */
  readonly warnings: readonly Problem[];
}

/**
 * The hosts that a pattern of a play or of --limit means: `a:b`, `a,b`, `:&c`, `:!d`, `*` and `?`
 * globs, `~regex`, `group[0]`, `group[0:2]`, `group[-1]`.
 * A part of `limit` that matches nothing is an error, one of `pattern` a warning.
 *
 * @example matchHosts(inventory, 'web:&staging:!web3').hosts
 */
export function matchHosts(
  inventory: Inventory,
  pattern: string | readonly string[],
  options: MatchOptions = {},
): Match {
  const warnings: Problem[] = [];
  const parts = (typeof pattern === 'string' ? [pattern] : pattern).flatMap(splitPattern);
  const hosts = evaluate(inventory, parts, warnings);
  if (options.limit === undefined) return { hosts, warnings };
  const problems: Problem[] = [];
  const limited = new Set(evaluate(inventory, limitParts(options.limit), problems));
  if (problems.length > 0) throw new RolecallError(problems);
  return { hosts: hosts.filter((host) => limited.has(host)), warnings };
}

/** Splits at commas, else at colons that are not part of a range, a class or an IPv6 address. */
export function splitPattern(text: string): string[] {
  const trimmed = (parts: readonly string[]) => parts.map((part) => part.trim()).filter(Boolean);
  if (text.includes(',')) return trimmed(text.split(','));
  if (ipv6.test(text.trim())) return trimmed([text]);
  return trimmed(text.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? []);
}

const ipv6 = /^(?=.*:.*:)[0-9a-fA-F:.]+$/;

function limitParts(limit: string): string[] {
  return splitPattern(limit).flatMap((part) => {
    if (!part.startsWith('@')) return [part];
    const file = part.slice(1);
    const text = reading(file, () => readFileSync(file, 'utf8'));
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  });
}

/** Plain parts first, then intersections, then exclusions, whatever their order in the text. */
function evaluate(inventory: Inventory, parts: readonly string[], problems: Problem[]): string[] {
  const plain = parts.filter((part) => !/^[!&]/.test(part));
  const matching = (part: string) => matchOne(inventory, part, problems);
  let hosts = new Set((plain.length > 0 ? plain : ['all']).flatMap(matching));
  for (const sign of ['&', '!']) {
    for (const part of parts.filter((one) => one.startsWith(sign))) {
      const named = new Set(matching(part.slice(1)));
      hosts = new Set([...hosts].filter((host) => named.has(host) === (sign === '&')));
    }
  }
  return [...hosts];
}

function matchOne(inventory: Inventory, part: string, problems: Problem[]): readonly string[] {
  if (inventory.hosts.has(part)) return [part];
  const { name, from, to } = splitSubscript(part);
  const hosts = enumerate(inventory, name, problems);
  if (from === undefined) return hosts;
  const chosen = to === undefined ? hosts.slice(from).slice(0, 1) : hosts.slice(from, to);
  if (hosts.length > 0 && (chosen.length === 0 || from < -hosts.length)) {
    problems.push({
      code: 'pattern-unmatched',
      message: `'${part}' selects none of the ${hosts.length} hosts of '${name}'`,
    });
    return [];
  }
  return chosen;
}

/** `name[2]`, `name[-1]`, `name[1:3]` (both ends count), `name[1:]`; `to` is behind the last. */
function splitSubscript(part: string): { name: string; from?: number; to?: number } {
  const form = part.startsWith('~') ? null : /^(.+)\[(?:(-?\d+)|(\d+)([:-])(\d*))\]$/.exec(part);
  if (!form) return { name: part };
  const [, name, index, start, , end] = form;
  if (index !== undefined) return { name: name!, from: Number(index) };
  return { name: name!, from: Number(start), to: end ? Number(end) + 1 : Number.MAX_SAFE_INTEGER };
}

function enumerate(inventory: Inventory, name: string, problems: Problem[]): readonly string[] {
  const matches = matcher(name);
  const found = new Set<string>();
  const groups = [...inventory.groups.keys()].filter(matches);
  for (const group of groups) for (const host of inventory.hostsIn(group)) found.add(host);
  if (groups.length === 0 || /^~|[.?*[]/.test(name)) {
    for (const host of inventory.hosts.keys()) if (matches(host)) found.add(host);
  }
  if (found.size > 0) return [...found];
  if (localhostNames.includes(name)) return [inventory.host(name)!.name];
  if (groups.length === 0) {
    const nearest = inventory.nearest(name);
    problems.push({
      code: 'pattern-unmatched',
      message: `no host or group matches '${name}'`,
      ...(nearest && { nearest }),
    });
  }
  return [];
}

function matcher(name: string): (candidate: string) => boolean {
  if (name.startsWith('~')) {
    const expression = compile(name.slice(1), name);
    return (candidate) => expression.test(candidate);
  }
  if (!/[*?[]/.test(name)) return (candidate) => candidate === name;
  const expression = compile(`${globSource(name)}$`, name);
  return (candidate) => expression.test(candidate);
}

/** Like Python's match(): anchored at the start only. */
function compile(source: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${source})`, 's');
  } catch {
    throw new RolecallError({
      code: 'pattern-unmatched',
      message: `'${pattern}' is not a valid regular expression`,
    });
  }
}

function globSource(glob: string): string {
  return glob.replace(/\[(!?)([^\]]+)\]|[\s\S]/g, (token, negated?: string, set?: string) => {
    if (set !== undefined) {
      return `[${negated ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`;
    }
    if (token === '*') return '.*';
    return token === '?' ? '.' : token.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
}
