import type { Value } from '../../values.ts';

/** The value unless it is absent. `??` would take None (null) for absent as well. */
export function givenOr(value: Value | undefined, otherwise: Value): Value {
  return value === undefined ? otherwise : value;
}
