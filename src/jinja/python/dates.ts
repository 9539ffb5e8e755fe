import type { Value } from '../../values.ts';
import { asString } from '../runtime/arguments.ts';
import { NativeFunction } from '../runtime/callable.ts';
import type { BinaryOperator } from '../syntax.ts';
import { Fault } from './faults.ts';
import { asObject, asValue, float, PythonObject } from './objects.ts';
import { strftime } from './strftime.ts';

/** A date and time without zone, as Python's naive `datetime`; kept as if it were UTC. */
export class DateTime extends PythonObject {
  readonly typeName = 'datetime';
  /** Milliseconds since 1970 of the wall clock's reading, and the microseconds beyond them. */
  readonly milliseconds: number;
  readonly microseconds: number;

  constructor(milliseconds: number, microseconds = 0) {
    super();
    this.milliseconds = milliseconds;
    this.microseconds = microseconds;
  }

  static now(utc: boolean): DateTime {
    const now = new Date();
    return new DateTime(now.getTime() - (utc ? 0 : now.getTimezoneOffset() * 60_000));
  }

  format(pattern: string): string {
    return strftime(pattern, new Date(this.milliseconds), this.milliseconds / 1000, '', '');
  }

  compareTo(other: Value): number | undefined {
    const date = asObject(other);
    if (!(date instanceof DateTime)) return undefined;
    return this.milliseconds - date.milliseconds || this.microseconds - date.microseconds;
  }

  operate(operator: BinaryOperator, other: Value, reversed: boolean): Value | undefined {
    const object = asObject(other);
    if (operator === '-' && !reversed && object instanceof DateTime) {
      const micros =
        (this.milliseconds - object.milliseconds) * 1000 + this.microseconds - object.microseconds;
      return asValue(new TimeDelta(micros));
    }
    if (!(object instanceof TimeDelta) || (operator !== '+' && (operator !== '-' || reversed)))
      return undefined;
    const total =
      this.milliseconds * 1000 + this.microseconds + (operator === '+' ? 1 : -1) * object.micros;
    return asValue(new DateTime(Math.floor(total / 1000), total - Math.floor(total / 1000) * 1000));
  }

  override attribute(name: string): Value | undefined {
    const date = new Date(this.milliseconds);
    switch (name) {
      case 'year':
        return date.getUTCFullYear();
      case 'month':
        return date.getUTCMonth() + 1;
      case 'day':
        return date.getUTCDate();
      case 'hour':
        return date.getUTCHours();
      case 'minute':
        return date.getUTCMinutes();
      case 'second':
        return date.getUTCSeconds();
      case 'microsecond':
        return date.getUTCMilliseconds() * 1000 + this.microseconds;
      case 'strftime':
        return asValue(
          new NativeFunction(name, ([pattern]) => this.format(asString(pattern, 'the format'))),
        );
      case 'timestamp':
        return asValue(new NativeFunction(name, () => float(this.milliseconds / 1000)));
      case 'isoformat':
        return asValue(new NativeFunction(name, () => this.text().replace(' ', 'T')));
      case 'weekday':
        return asValue(new NativeFunction(name, () => (date.getUTCDay() + 6) % 7));
      case 'isoweekday':
        return asValue(new NativeFunction(name, () => date.getUTCDay() || 7));
      case 'date':
        return asValue(new NativeFunction(name, () => this.text().slice(0, 10)));
      default:
        return undefined;
    }
  }

  override text(): string {
    const seconds = this.format('%Y-%m-%d %H:%M:%S');
    const micros = (((this.milliseconds % 1000) + 1000) % 1000) * 1000 + this.microseconds;
    return micros === 0 ? seconds : `${seconds}.${String(micros).padStart(6, '0')}`;
  }
}

/** The time between two dates. */
export class TimeDelta extends PythonObject {
  readonly typeName = 'timedelta';
  readonly micros: number;

  constructor(micros: number) {
    super();
    this.micros = micros;
  }

  compareTo(other: Value): number | undefined {
    const delta = asObject(other);
    return delta instanceof TimeDelta ? this.micros - delta.micros : undefined;
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'days':
        return Math.floor(this.micros / 86_400e6);
      case 'seconds':
        return Math.floor((this.micros - Math.floor(this.micros / 86_400e6) * 86_400e6) / 1e6);
      case 'microseconds':
        return this.micros - Math.floor(this.micros / 1e6) * 1e6;
      case 'total_seconds':
        return asValue(new NativeFunction(name, () => float(this.micros / 1e6)));
      default:
        return undefined;
    }
  }

  override text(): string {
    const days = Math.floor(this.micros / 86_400e6);
    const rest = Math.floor((this.micros - days * 86_400e6) / 1e6);
    const micros = this.micros - Math.floor(this.micros / 1e6) * 1e6;
    const two = (value: number) => String(value).padStart(2, '0');
    const clock = `${Math.floor(rest / 3600)}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
    const prefix = days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `;
    return prefix + clock + (micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`);
  }
}

/** The DateTime that a value must be. */
export function asDateTime(value: Value, what: string): DateTime {
  const object = asObject(value);
  if (object instanceof DateTime) return object;
  throw new Fault(`${what} must be a date`);
}
