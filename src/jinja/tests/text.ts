import { type Value, Vaulted } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { allMatches, pythonRegex } from '../python/regex.ts';
import { text } from '../python/text.ts';
import { asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { compareVersions, type VersionType } from './versions.ts';

const regexTest = (summary: string, wrap: (pattern: string) => string): Definition => ({
  summary,
  parameters: ['pattern?', 'ignorecase?', 'multiline?'],
  apply: (value, [pattern, ignoreCase, multiline]) =>
    searches(value, wrap(asText(pattern)), ignoreCase, multiline),
});

const version: Definition = {
  summary: 'Compares versions: is version("2.1", ">=").',
  parameters: ['version', 'operator?', 'strict?', 'version_type?'],
  apply: (value, [other, operator, strict, type]) => {
    const kind = asText(
      type === null ? undefined : type,
      strict !== undefined && strict !== null && truth(strict) ? 'strict' : 'loose',
    );
    if (!versionTypes.includes(kind as VersionType)) {
      throw new Fault(`the version_type is one of ${versionTypes.join(', ')}, not '${kind}'`);
    }
    const name = asText(operator, 'eq');
    const decide = operators[name];
    if (!decide)
      throw new Fault(
        `'${name}' does not compare versions; there are ${Object.keys(operators).join(', ')}`,
      );
    return decide(compareVersions(text(value), text(other!), kind as VersionType));
  },
};

/** Tests of text. */
export const textTests: Record<string, Definition> = {
  match: regexTest(
    'Begins with a match of the regular expression.',
    (pattern) => `\\A(?:${pattern})`,
  ),
  search: regexTest('Holds a match of the regular expression.', (pattern) => pattern),
  regex: {
    summary: 'Holds a match; match_type may be search, match or fullmatch.',
    parameters: ['pattern?', 'ignorecase?', 'multiline?', 'match_type?'],
    apply: (value, [pattern, ignoreCase, multiline, type]) => {
      const how = asText(type, 'search');
      const source = asText(pattern);
      const wrapped =
        how === 'match' ? `\\A(?:${source})` : how === 'fullmatch' ? `\\A(?:${source})\\Z` : source;
      return searches(value, wrapped, ignoreCase, multiline);
    },
  },
  version,
  version_compare: version,
  vault_encrypted: {
    summary: 'Is text encrypted by vault.',
    parameters: [],
    lenient: true,
    apply: (value) =>
      value instanceof Vaulted || (typeof value === 'string' && value.startsWith('$ANSIBLE_VAULT')),
  },
  url: {
    summary: 'Is a URL.',
    parameters: ['schemes?'],
    apply: (value, [schemes]) => isUri(value, schemes, true),
  },
  uri: {
    summary: 'Is a URI.',
    parameters: ['schemes?'],
    apply: (value, [schemes]) => isUri(value, schemes, false),
  },
  urn: {
    summary: 'Is a URN.',
    parameters: [],
    apply: (value) => /^urn:[^:]+:.+/i.test(text(value)),
  },
};

const versionTypes: VersionType[] = ['loose', 'strict', 'semver', 'semantic', 'pep440'];

const operators: Record<string, (order: number) => boolean> = {};
for (const [names, decide] of [
  [['==', '=', 'eq'], (order: number) => order === 0],
  [['!=', '<>', 'ne'], (order: number) => order !== 0],
  [['<', 'lt'], (order: number) => order < 0],
  [['<=', 'le'], (order: number) => order <= 0],
  [['>', 'gt'], (order: number) => order > 0],
  [['>=', 'ge'], (order: number) => order >= 0],
] as const) {
  for (const name of names) operators[name] = decide;
}

function searches(
  value: Value,
  pattern: string,
  ignoreCase: Value | undefined,
  multiline: Value | undefined,
): boolean {
  const inline = /\(\?[aiLmsux]+\)/.exec(pattern)?.[0] ?? '';
  const source = inline + pattern.replace(inline, '');
  const regex = pythonRegex(source, {
    ignoreCase: ignoreCase !== undefined && truth(ignoreCase),
    multiline: multiline !== undefined && truth(multiline),
  });
  return allMatches(regex, text(value), 1).length > 0;
}

function isUri(value: Value, schemes: Value | undefined, withHost: boolean): boolean {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):(\/\/([^/?#\s]+))?(\S*)$/.exec(text(value));
  if (!match) return false;
  const allowed = Array.isArray(schemes) ? schemes.map(text) : undefined;
  if (allowed && !allowed.includes(match[1]!)) return false;
  return withHost ? match[3] !== undefined : match[3] !== undefined || match[4] !== '';
}
