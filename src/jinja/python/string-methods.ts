import type { Value } from '../../values.ts';
import { asInteger, asString, asText } from '../runtime/arguments.ts';
import type { Bound, Definition } from '../runtime/definition.ts';
import { maximumLength } from './arithmetic.ts';
import { Fault } from './faults.ts';
import { iterate } from './iterate.ts';
import { tuple } from './objects.ts';
import { formatBraces } from './str-format.ts';
import {
  capitalize,
  isCased,
  split,
  splitLines,
  splitRight,
  strip,
  swapCase,
  titleCase,
} from './strings.ts';

type Apply = (text: string, args: Bound) => Value;

function method(parameters: string, apply: Apply): Definition {
  return {
    summary: '',
    parameters: parameters === '' ? [] : parameters.split(' '),
    apply: (input, args) => apply(input as string, args),
  };
}

const aligned = (place: (text: string, room: number, fill: string) => string) =>
  method('width fillchar?', (text, [width, fill]) => {
    const room = asInteger(width) - [...text].length;
    if (room > maximumLength) throw new Fault('the result would be too long');
    return room <= 0 ? text : place(text, room, asText(fill, ' '));
  });

const affix = (test: (text: string, part: string) => boolean) =>
  method('prefix start? end?', (text, [prefix, start, end]) => {
    const part = text.slice(...range(text, start, end));
    const options = Array.isArray(prefix) ? prefix : [prefix!];
    return options.some((option) => test(part, asString(option, 'the text to look for')));
  });

const search = (find: (text: string, part: string) => number, strict: boolean) =>
  method('sub start? end?', (text, [sub, start, end]) => {
    const [from, to] = range(text, start, end);
    const found = find(text.slice(from, to), asString(sub, 'the text to look for'));
    if (found === -1 && strict) throw new Fault(`the text to look for is not in '${text}'`);
    return found === -1 ? -1 : found + from;
  });

const check = (pattern: RegExp) => method('', (text) => pattern.test(text));

/** Python's methods of `str`. */
export const stringMethods: ReadonlyMap<string, Definition> = new Map(
  Object.entries({
    split: method('sep? maxsplit?', (text, [sep, limit]) =>
      split(text, separator(sep), asInteger(limit, -1)),
    ),
    rsplit: method('sep? maxsplit?', (text, [sep, limit]) =>
      splitRight(text, separator(sep), asInteger(limit, -1)),
    ),
    splitlines: method('keepends?', (text, [keep]) => splitLines(text, keep === true)),
    strip: method('chars?', (text, [chars]) => strip(text, separator(chars), true, true)),
    lstrip: method('chars?', (text, [chars]) => strip(text, separator(chars), true, false)),
    rstrip: method('chars?', (text, [chars]) => strip(text, separator(chars), false, true)),
    startswith: affix((text, part) => text.startsWith(part)),
    endswith: affix((text, part) => text.endsWith(part)),
    lower: method('', (text) => text.toLowerCase()),
    casefold: method('', (text) => text.toLowerCase().replaceAll('ß', 'ss')),
    upper: method('', (text) => text.toUpperCase()),
    title: method('', titleCase),
    capitalize: method('', capitalize),
    swapcase: method('', swapCase),
    replace: method('old new count?', (text, [old, replacement, count]) =>
      replaceText(
        text,
        asString(old, 'the text to replace'),
        asString(replacement, 'the new text'),
        asInteger(count, -1),
      ),
    ),
    join: method('items', (text, [items]) =>
      iterate(items!)
        .map((item) => asString(item, "each item of 'join'"))
        .join(text),
    ),
    format: method('*args **kwargs', (text, [args, named]) =>
      formatBraces(text, args as Value[], named as unknown as ReadonlyMap<string, Value>),
    ),
    find: search((text, part) => text.indexOf(part), false),
    rfind: search((text, part) => text.lastIndexOf(part), false),
    index: search((text, part) => text.indexOf(part), true),
    rindex: search((text, part) => text.lastIndexOf(part), true),
    count: method('sub', (text, [sub]) =>
      sub === '' ? [...text].length + 1 : text.split(asString(sub, 'the text to count')).length - 1,
    ),
    zfill: method('width', (text, [width]) => {
      const sign = /^[-+]/.test(text) ? text[0]! : '';
      return (
        sign +
        text
          .slice(sign.length)
          .padStart(Math.min(asInteger(width), maximumLength) - sign.length, '0')
      );
    }),
    ljust: aligned((text, room, fill) => text + fill.repeat(room)),
    rjust: aligned((text, room, fill) => fill.repeat(room) + text),
    center: aligned((text, room, fill) => {
      const total = [...text].length + room;
      const left = Math.floor(room / 2) + (room & total & 1);
      return fill.repeat(left) + text + fill.repeat(room - left);
    }),
    isdigit: check(/^\p{Nd}+$/u),
    isdecimal: check(/^\p{Nd}+$/u),
    isnumeric: check(/^\p{N}+$/u),
    isalpha: check(/^\p{L}+$/u),
    isalnum: check(/^[\p{L}\p{N}]+$/u),
    isspace: check(/^\s+$/u),
    isidentifier: check(/^[\p{L}_][\p{L}\p{N}_]*$/u),
    isascii: check(/^[\x00-\x7f]*$/),
    islower: method('', (text) => isCased(text) && text === text.toLowerCase()),
    isupper: method('', (text) => isCased(text) && text === text.toUpperCase()),
    istitle: method('', (text) => isCased(text) && text === titleCase(text)),
    partition: method('sep', (text, [sep]) => {
      const mark = asString(sep, 'the separator');
      const at = text.indexOf(mark);
      return at === -1
        ? tuple(text, '', '')
        : tuple(text.slice(0, at), mark, text.slice(at + mark.length));
    }),
    rpartition: method('sep', (text, [sep]) => {
      const mark = asString(sep, 'the separator');
      const at = text.lastIndexOf(mark);
      return at === -1
        ? tuple('', '', text)
        : tuple(text.slice(0, at), mark, text.slice(at + mark.length));
    }),
    removeprefix: method('prefix', (text, [prefix]) => {
      const part = asString(prefix, 'the prefix');
      return text.startsWith(part) ? text.slice(part.length) : text;
    }),
    removesuffix: method('suffix', (text, [suffix]) => {
      const part = asString(suffix, 'the suffix');
      return part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text;
    }),
    encode: method('encoding? errors?', (text) => text),
    decode: method('encoding? errors?', (text) => text),
    expandtabs: method('tabsize?', (text, [size]) => expandTabs(text, asInteger(size, 8))),
  }),
);

export function replaceText(text: string, old: string, replacement: string, count: number): string {
  if (count < 0) {
    const pieces = text.split(old);
    if (old === '') return `${replacement}${[...text].map((one) => one + replacement).join('')}`;
    if (text.length + pieces.length * replacement.length > 10 * maximumLength) {
      throw new Fault('the result would be too long');
    }
    return pieces.join(replacement);
  }
  let result = '';
  let from = 0;
  for (let done = 0; done < count; done++) {
    const at = text.indexOf(old, from);
    if (at === -1 || old === '') break;
    result += text.slice(from, at) + replacement;
    from = at + old.length;
  }
  return result + text.slice(from);
}

function separator(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : asString(value, 'the separator');
}

function range(text: string, start: Value | undefined, end: Value | undefined): [number, number] {
  const place = (value: Value | undefined, otherwise: number) => {
    if (value === undefined || value === null) return otherwise;
    const index = asInteger(value);
    return index < 0 ? Math.max(0, text.length + index) : Math.min(index, text.length);
  };
  return [place(start, 0), place(end, text.length)];
}

function expandTabs(text: string, size: number): string {
  let column = 0;
  return [...text]
    .map((character) => {
      if (character === '\n' || character === '\r') column = 0;
      else if (character === '\t') {
        const room = size > 0 ? size - (column % size) : 0;
        column += room;
        return ' '.repeat(room);
      } else column++;
      return character;
    })
    .join('');
}
