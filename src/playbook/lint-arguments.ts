import type { Problem, SourcePosition } from '../errors.ts';
import { type Mapping, type Plain, toPlain, type Value } from '../values.ts';
import { positionOfKey, positionOfValue } from '../yaml/positions.ts';
import type { PlaybookContext } from './context.ts';
import { isTemplate } from './keyword-values.ts';
import type { Met } from './lint-walk.ts';

/** Arguments as far as they are known before a run. */
export interface StaticArguments {
  readonly values: { readonly [key: string]: Plain };
  /** Names whose values only a run can tell. */
  readonly later: ReadonlySet<string>;
  /** Where an argument stands; the action without a name. */
  at(name?: string): SourcePosition | undefined;
}

/** Holds the arguments of one module against its schema. */
export type CheckArguments = (module: string, given: StaticArguments) => readonly Problem[];

/** What is wrong with the arguments of a task, where they are no templates. */
export function argumentProblems(
  { task, moduleDefaults }: Met,
  context: PlaybookContext,
  check: CheckArguments,
): readonly Problem[] {
  const { module, args, at } = task.action;
  if (!(args instanceof Map)) return [];
  const freeForm = context.knownModules.get(module)?.freeForm;
  const values: { [key: string]: Plain } = Object.create(null);
  const later = new Set<string>();
  for (const given of [...moduleDefaults.map((defaults) => defaults.get(module)), args]) {
    if (given !== undefined && isTemplate(given)) return [];
    if (given instanceof Map) collect(given, freeForm, values, later);
  }
  const place = (name?: string) => {
    if (name === undefined) return at;
    const key = args.has(name) ? name : '_raw_params';
    return positionOfKey(args, key) ?? positionOfValue(args, key) ?? at;
  };
  return check(module, { values, later, at: place });
}

function collect(
  given: Mapping,
  freeForm: string | undefined,
  values: { [key: string]: Plain },
  later: Set<string>,
): void {
  for (const [key, value] of given) {
    const name = key === '_raw_params' && freeForm ? freeForm : String(key);
    const literal = holdsTemplate(value) ? undefined : plainOf(value);
    if (literal === undefined) later.add(name);
    else later.delete(name);
    values[name] = literal ?? null;
  }
}

function holdsTemplate(value: Value): boolean {
  if (Array.isArray(value)) return value.some(holdsTemplate);
  if (value instanceof Map) return [...value].some((pair) => pair.some(holdsTemplate));
  return isTemplate(value);
}

/** Undefined for what is no plain data before a run, such as vault values. */
function plainOf(value: Value): Plain | undefined {
  try {
    return toPlain(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
