import type { Value } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { escapeMarkup } from '../python/markup.ts';
import { tuple } from '../python/objects.ts';
import { formatPercent } from '../python/percent.ts';
import { replaceText, stringMethods } from '../python/string-methods.ts';
import { capitalize, split, splitLines, strip } from '../python/strings.ts';
import { repr, text } from '../python/text.ts';
import { asDict, asInteger, asString, asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { filter } from './define.ts';
import { wordWrap } from './wrap.ts';

const escapeFilter = filter('Escapes &, <, >, and quotes for HTML and XML.', '', (value) =>
  escapeMarkup(text(value)),
);
const isSet = (value: Value | undefined, otherwise = false) =>
  value === undefined ? otherwise : truth(value);

/** Filters that work on text. */
export const stringFilters: Record<string, Definition> = {
  upper: filter('The text in upper case.', '', (value) => text(value).toUpperCase()),
  lower: filter('The text in lower case.', '', (value) => text(value).toLowerCase()),
  capitalize: filter('The first letter in upper case, the rest in lower case.', '', (value) =>
    capitalize(text(value)),
  ),
  title: filter('Every word with a capital letter.', '', (value) =>
    text(value)
      .split(/([-\s({[<]+)/)
      .map(capitalize)
      .join(''),
  ),
  trim: filter(
    'Without spaces (or the given characters) at both ends.',
    'chars?',
    (value, [chars]) =>
      strip(
        text(value),
        chars === undefined || chars === null ? undefined : text(chars),
        true,
        true,
      ),
  ),
  replace: filter(
    'Every (or the first count) occurrence of old replaced by new.',
    'old new count?',
    (value, [old, replacement, count]) =>
      replaceText(
        text(value),
        text(old!),
        text(replacement!),
        count === undefined || count === null ? -1 : asInteger(count),
      ),
  ),
  split: filter(
    'The parts between separators; without one between runs of spaces.',
    'sep? maxsplit?',
    (value, [sep, limit]) =>
      split(
        asString(value, 'the value'),
        sep === undefined || sep === null ? undefined : text(sep),
        asInteger(limit, -1),
      ),
  ),
  splitlines: filter('The lines of a text.', 'keepends?', (value, [keep]) =>
    splitLines(text(value), isSet(keep)),
  ),
  indent: filter(
    'Every line but the first moved to the right.',
    'width? first? blank?',
    (value, [width, first, blank]) => {
      const margin = typeof width === 'string' ? width : ' '.repeat(asInteger(width, 4));
      const lines = splitLines(`${text(value)}\n`, false);
      const moved = lines.map((line, index) => {
        if (index === 0) return isSet(first) ? margin + line : line;
        return line !== '' || isSet(blank) ? margin + line : line;
      });
      return moved.join('\n');
    },
  ),
  center: filter('The text in the middle of a field.', 'width?', (value, [width], machine) =>
    stringMethods.get('center')!.apply(text(value), [width ?? 80], machine),
  ),
  format: filter(
    'printf-style formatting of the arguments.',
    '*args **kwargs',
    (value, [args, named]) => {
      const values = args as Value[];
      const options = named as Map<Value, Value>;
      if (values.length > 0 && options.size > 0)
        throw new Fault("'format' takes positional or named values, not both");
      return formatPercent(text(value), options.size > 0 ? options : tuple(...values));
    },
  ),
  truncate: filter(
    'The text cut at a length.',
    'length? killwords? end? leeway?',
    (value, [length, kill, end, leeway]) => {
      const characters = [...text(value)];
      const limit = asInteger(length, 255);
      const tail = asText(end, '...');
      if (characters.length <= limit + asInteger(leeway, 5)) return characters.join('');
      if (limit < [...tail].length)
        throw new Fault(`a length of ${limit} leaves no room for '${tail}'`);
      const cut = characters.slice(0, limit - [...tail].length).join('');
      if (isSet(kill)) return cut + tail;
      const space = cut.lastIndexOf(' ');
      return (space === -1 ? cut : cut.slice(0, space)) + tail;
    },
  ),
  wordcount: filter(
    'How many words the text has.',
    '',
    (value) => text(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0,
  ),
  wordwrap: filter(
    'The text broken into lines of at most width characters.',
    'width? break_long_words? wrapstring? break_on_hyphens?',
    (value, [width, breakLong, separator, hyphens]) =>
      wordWrap(
        text(value),
        asInteger(width, 79),
        isSet(breakLong, true),
        asText(separator, '\n'),
        isSet(hyphens, true),
      ),
  ),
  striptags: filter('Without markup tags, and spaces made single.', '', (value) =>
    text(value)
      .replace(/<!--[\s\S]*?-->|<[^>]*>/g, '')
      .split(/\s+/)
      .filter((word) => word !== '')
      .join(' ')
      .replace(/&(amp|lt|gt|quot|#34|#39);/g, (_whole, name: string) => entities[name]!),
  ),
  escape: escapeFilter,
  e: escapeFilter,
  forceescape: escapeFilter,
  safe: filter('Leaves the text as it is within autoescape.', '', (value) => text(value)),
  xmlattr: filter('A dict as XML attributes.', 'autospace?', (value, [space]) => {
    const parts = [...asDict(value, 'the value')].filter(([, item]) => item !== null);
    const shown = parts
      .map(([key, item]) => `${escapeMarkup(text(key))}="${escapeMarkup(text(item))}"`)
      .join(' ');
    return shown !== '' && isSet(space, true) ? ` ${shown}` : shown;
  }),
  pprint: filter("Python's repr() of the value.", '', repr),
  quote: filter('Quoted for a POSIX shell.', '', (value) => {
    const word = value === null ? '' : text(value);
    if (word === '') return "''";
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
  }),
  urlencode: filter('Percent-encoded for a URL; of a dict a query string.', '', (value) => {
    const pairs = value instanceof Map ? [...value] : Array.isArray(value) ? value : undefined;
    if (!pairs) return percentEncode(text(value), '/');
    return pairs
      .map((pair) =>
        (pair as Value[])
          .map((part) => percentEncode(text(part), '').replaceAll('%20', '+'))
          .join('='),
      )
      .join('&');
  }),
  urldecode: filter('Without percent-encoding.', '', (value) =>
    decodeURIComponent(text(value).replaceAll('+', ' ')),
  ),
};

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#34': '"',
  '#39': "'",
};

function percentEncode(part: string, safe: string): string {
  return encodeURIComponent(part)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', safe.includes('/') ? '/' : '%2F');
}
