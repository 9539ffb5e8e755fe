import type { Value } from '../../values.ts';
import { Fault } from '../python/faults.ts';
import { formatPercent } from '../python/percent.ts';
import { text } from '../python/text.ts';
import type { Lookup } from './context.ts';
import { termArguments } from './lists.ts';

/** `sequence`: `start=1 end=5 stride=2 format=host%02d`, or in short `1-5/2:host%02d`. */
export const sequence: Lookup = {
  summary: 'Texts of the numbers from start to end.',
  options: ['start', 'end', 'count', 'stride', 'format'],
  find: (terms, options) => {
    const given = terms.length > 0 ? terms : [''];
    return given.flatMap((term) => numbers(termOptions(term, options)));
  },
};

function termOptions(term: Value, options: ReadonlyMap<string, Value>): Map<string, string> {
  const { words, named } = termArguments(term);
  const result = new Map([...options].map(([key, value]) => [key, text(value)]));
  const short = /^(?:(0?x?[\da-f]+)-)?(0?x?[\da-f]+)(?:\/(-?0?x?[\da-f]+))?(?::(.+))?$/i.exec(
    words,
  );
  if (words !== '' && !short)
    throw new Fault(`'${words}' is no sequence; one looks like 'start=1 end=5' or '1-5/2'`);
  if (short) {
    const parts = { start: short[1], end: short[2], stride: short[3], format: short[4] };
    for (const [key, value] of Object.entries(parts))
      if (value !== undefined) result.set(key, value);
  }
  for (const [key, value] of named) {
    if (!sequence.options.includes(key)) throw new Fault(`'sequence' has no option '${key}'`);
    result.set(key, value);
  }
  return result;
}

function numbers(options: ReadonlyMap<string, string>): Value[] {
  const read = (name: string): number | undefined => {
    const value = options.get(name);
    if (value === undefined) return undefined;
    const number = Number(/^0[0-7]+$/.test(value) ? `0o${value.slice(1)}` : value);
    if (!Number.isInteger(number))
      throw new Fault(`'${name}' of a sequence is an integer, not '${value}'`);
    return number;
  };
  const start = read('start') ?? 1;
  const stride = read('stride') ?? 1;
  const count = read('count');
  const end = read('end') ?? (count === undefined ? undefined : start + stride * (count - 1));
  if (end === undefined) throw new Fault("a sequence needs 'end' or 'count'");
  if (stride === 0 || count === 0) return [];
  if (count === undefined && (end - start) * stride < 0) {
    throw new Fault(`a sequence from ${start} to ${end} needs a stride of the other sign`);
  }
  const length = Math.floor((end - start) / stride) + 1;
  if (length > 1_000_000) throw new Fault(`a sequence of ${length} numbers is too long`);
  const format = options.get('format') ?? '%d';
  return Array.from({ length }, (_, index) => formatPercent(format, start + index * stride));
}
