import type { Value } from '../../values.ts';
import type { Bound, Definition } from '../runtime/definition.ts';
import type { Machine } from '../runtime/machine.ts';

/**
 * A filter in short form.
 *
 * @param parameters separated by spaces; `name?` may be left out, `*rest` and `**options` gather.
 * @example filter('The text in upper case.', '', (value) => text(value).toUpperCase())
 */
export function filter(
  summary: string,
  parameters: string,
  apply: (value: Value, args: Bound, machine: Machine) => Value,
): Definition {
  return { summary, parameters: parameters === '' ? [] : parameters.split(' '), apply };
}

export function impure(definition: Definition): Definition {
  return { ...definition, impure: true };
}

export function lenient(definition: Definition): Definition {
  return { ...definition, lenient: true };
}
