import { Float, Undefined, Unknown, type Value } from '../../values.ts';
import { operate } from '../python/arithmetic.ts';
import { compare, contains, equal, truth } from '../python/compare.ts';
import { UnknownUse } from '../python/faults.ts';
import { asObject, isInteger } from '../python/objects.ts';
import { isCased } from '../python/strings.ts';
import { asInteger, asString } from '../runtime/arguments.ts';
import { Callable } from '../runtime/callable.ts';
import type { Definition } from '../runtime/definition.ts';

type Check = (value: Value, other: Value) => boolean;

const unary = (summary: string, check: (value: Value) => boolean): Definition => ({
  summary,
  parameters: [],
  apply: (value) => check(value),
});

const binary = (summary: string, check: Check): Definition => ({
  summary,
  parameters: ['other'],
  apply: (value, [other]) => check(value, other!),
});

const lenient = (definition: Definition): Definition => ({ ...definition, lenient: true });

const same = binary('Equals the argument.', equal);
const different = binary('Does not equal the argument.', (value, other) => !equal(value, other));
const greater = binary(
  'Is greater than the argument.',
  (value, other) => compare(value, other, '>') > 0,
);
const atLeast = binary(
  'Is at least the argument.',
  (value, other) => compare(value, other, '>=') >= 0,
);
const less = binary('Is less than the argument.', (value, other) => compare(value, other, '<') < 0);
const atMost = binary(
  'Is at most the argument.',
  (value, other) => compare(value, other, '<=') <= 0,
);

/** Tests of what a value is and how it compares. */
export const valueTests: Record<string, Definition> = {
  defined: lenient(unary('Is there.', (value) => !(knowable(value) instanceof Undefined))),
  undefined: lenient(unary('Is not there.', (value) => knowable(value) instanceof Undefined)),
  none: unary('Is None.', (value) => value === null),
  boolean: unary('Is True or False.', (value) => typeof value === 'boolean'),
  true: unary('Is True itself.', (value) => value === true),
  false: unary('Is False itself.', (value) => value === false),
  integer: unary('Is an integer.', isInteger),
  float: unary('Is a float.', isFloat),
  number: unary(
    'Is a number or a boolean.',
    (value) => isInteger(value) || isFloat(value) || typeof value === 'boolean',
  ),
  string: unary('Is a string.', (value) => typeof value === 'string'),
  mapping: unary('Is a dict.', (value) => value instanceof Map),
  sequence: unary('Has items: a list, a dict or a string.', hasItems),
  iterable: unary('Can be looped over.', hasItems),
  callable: unary('Can be called.', (value) => asObject(value) instanceof Callable),
  sameas: binary('Is the same object as the argument.', (value, other) => value === other),
  escaped: unary('Is marked as safe markup; no value here is.', () => false),
  lower: unary(
    'Is in lower case.',
    (value) => isCased(asString(value, 'the value')) && value === (value as string).toLowerCase(),
  ),
  upper: unary(
    'Is in upper case.',
    (value) => isCased(asString(value, 'the value')) && value === (value as string).toUpperCase(),
  ),
  odd: unary('Is odd.', (value) => !equal(operate('%', value, 2), 0)),
  even: unary('Is even.', (value) => equal(operate('%', value, 2), 0)),
  divisibleby: binary('Can be divided by the argument.', (value, other) =>
    equal(operate('%', value, asInteger(other)), 0),
  ),
  in: binary('Is in the argument.', (value, other) => contains(other, value)),
  contains: binary('Holds the argument.', contains),
  truthy: {
    summary: 'Counts as true; with convert_bool also words such as yes.',
    parameters: ['convert_bool?'],
    apply: (value, [convert]) => truth(converted(value, convert)),
  },
  falsy: {
    summary: 'Counts as false.',
    parameters: ['convert_bool?'],
    apply: (value, [convert]) => !truth(converted(value, convert)),
  },
  eq: same,
  equalto: same,
  '==': same,
  ne: different,
  '!=': different,
  gt: greater,
  greaterthan: greater,
  '>': greater,
  ge: atLeast,
  '>=': atLeast,
  lt: less,
  lessthan: less,
  '<': less,
  le: atMost,
  '<=': atMost,
};

function knowable(value: Value): Value {
  if (value instanceof Unknown) throw new UnknownUse(value);
  return value;
}

/** With convert_bool, words such as yes and off as the booleans they mean. */
function converted(value: Value, convert: Value | undefined): Value {
  if (convert === undefined || !truth(convert) || typeof value !== 'string') return value;
  const word = value.toLowerCase();
  if (['y', 'yes', 'on', '1', 'true', 't'].includes(word)) return true;
  return ['n', 'no', 'off', '0', 'false', 'f'].includes(word) ? false : value;
}

function isFloat(value: Value): boolean {
  return value instanceof Float || (typeof value === 'number' && !Number.isInteger(value));
}

function hasItems(value: Value): boolean {
  return Array.isArray(value) || value instanceof Map || typeof value === 'string';
}
