import { Float, type Value } from '../../values.ts';
import type { BinaryOperator } from '../syntax.ts';
import { numeric } from './compare.ts';
import { Fault, used } from './faults.ts';
import { asObject, float, Tuple, tuple, typeName } from './objects.ts';
import { formatPercent } from './percent.ts';

/** Longest string or list that an operator may build. */
export const maximumLength = 10_000_000;

/** An object with operators of its own, such as a date. */
export interface Arithmetic {
  operate(operator: BinaryOperator, other: Value, reversed: boolean): Value | undefined;
}

/** `left operator right` as Python computes it. */
export function operate(operator: BinaryOperator, left: Value, right: Value): Value {
  used(left);
  if (operator === '%' && typeof left === 'string') return formatPercent(left, right);
  used(right);
  const a = numeric(left);
  const b = numeric(right);
  if (a !== undefined && b !== undefined) {
    return isFloat(left) || isFloat(right) ? floats(operator, a, b) : integers(operator, a, b);
  }
  const result = sequences(operator, left, right) ?? objects(operator, left, right);
  if (result !== undefined) return result;
  throw new Fault(
    `'${operator}' cannot be used with ${typeName(left)} and ${typeName(right)}${advice(operator, left, right)}`,
  );
}

export function negate(value: Value): Value {
  const number = numeric(used(value));
  if (number === undefined) throw new Fault(`'-' cannot be used with ${typeName(value)}`);
  return isFloat(value) ? float(-number) : -number || 0;
}

/** A whole number as an int; a Fault when it is too large to be exact. */
export function exactInteger(big: bigint): number {
  const number = Number(big);
  if (!Number.isFinite(number) || BigInt(number) !== big) {
    throw new Fault('the integer is too large to be kept exactly');
  }
  return number;
}

function isFloat(value: Value): boolean {
  return value instanceof Float || (typeof value === 'number' && !Number.isInteger(value));
}

function integers(operator: BinaryOperator, a: number, b: number): Value {
  switch (operator) {
    case '+':
      return exact(a + b, () => BigInt(a) + BigInt(b));
    case '-':
      return exact(a - b, () => BigInt(a) - BigInt(b));
    case '*':
      return exact(a * b, () => BigInt(a) * BigInt(b));
    case '/':
      return float(a / nonZero(b));
    case '//':
      return exact(Math.floor(a / nonZero(b)), () => floorDivision(BigInt(a), BigInt(b))) || 0;
    case '%':
      return modulo(a, nonZero(b));
    case '**':
      if (b < 0) return float(nonZero(a) ** b);
      return exact(a ** b, () => {
        if (b > 10_000) throw new Fault('the integer is too large to be kept exactly');
        return BigInt(a) ** BigInt(b);
      });
  }
}

function exact(result: number, big: () => bigint): number {
  return Number.isSafeInteger(result) ? result || 0 : exactInteger(big());
}

function floorDivision(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function floats(operator: BinaryOperator, a: number, b: number): Value {
  switch (operator) {
    case '+':
      return float(a + b);
    case '-':
      return float(a - b);
    case '*':
      return float(a * b);
    case '/':
      return float(a / nonZero(b));
    case '//':
      return float(Math.floor(a / nonZero(b)));
    case '%':
      return float(modulo(a, nonZero(b)));
    case '**':
      return float(a ** b);
  }
}

function modulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest || 0;
}

function nonZero(value: number): number {
  if (value === 0) throw new Fault('division by zero');
  return value;
}

function sequences(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    if (Array.isArray(left) && Array.isArray(right)) {
      const isTuple = left instanceof Tuple;
      if (isTuple !== right instanceof Tuple) return undefined;
      return isTuple ? tuple(...left, ...right) : [...left, ...right];
    }
  }
  if (operator === '*') return repeat(left, right) ?? repeat(right, left);
  return undefined;
}

function repeat(sequence: Value, times: Value): Value | undefined {
  const count = isFloat(times) ? undefined : numeric(times);
  if (count === undefined || !(typeof sequence === 'string' || Array.isArray(sequence)))
    return undefined;
  if (sequence.length * count > maximumLength) throw new Fault('the result would be too long');
  if (typeof sequence === 'string') return sequence.repeat(Math.max(0, count));
  return Array.from({ length: Math.max(0, count) }, () => sequence).flat();
}

function objects(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  const first = asObject(left) as (Partial<Arithmetic> & object) | undefined;
  const second = asObject(right) as (Partial<Arithmetic> & object) | undefined;
  return first?.operate?.(operator, right, false) ?? second?.operate?.(operator, left, true);
}

function advice(operator: BinaryOperator, left: Value, right: Value): string {
  const mixed = (typeof left === 'string') !== (typeof right === 'string');
  if (operator === '+' && mixed) return "; '~' joins as text, '| int' makes a number";
  return mixed ? "; '| int' makes a number of a string" : '';
}
