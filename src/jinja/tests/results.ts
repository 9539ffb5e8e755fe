import { Unknown, type Value } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { Fault, UnknownUse } from '../python/faults.ts';
import { typeName } from '../python/objects.ts';
import type { Definition } from '../runtime/definition.ts';

const flag = (summary: string, check: (result: Map<Value, Value>) => boolean): Definition => ({
  summary,
  parameters: [],
  apply: (value) => check(registered(value)),
});

const isSet = (result: Map<Value, Value>, key: string): boolean => {
  const value = result.get(key) ?? false;
  if (value instanceof Unknown) throw new UnknownUse(value);
  return truth(value);
};

const failed = flag('The task failed.', (result) => isSet(result, 'failed'));
const succeeded = flag('The task did not fail.', (result) => !isSet(result, 'failed'));
const changed = flag('The task changed something.', (result) => {
  const items = result.get('results');
  const isLoop = !result.has('changed') && Array.isArray(items);
  return isLoop
    ? items.some((item) => item instanceof Map && isSet(item, 'changed'))
    : isSet(result, 'changed');
});
const skipped = flag('The task was skipped.', (result) => isSet(result, 'skipped'));

/** Tests of what a task's registered result says. */
export const resultTests: Record<string, Definition> = {
  failed,
  failure: failed,
  succeeded,
  success: succeeded,
  successful: succeeded,
  changed,
  change: changed,
  skipped,
  skip: skipped,
  unreachable: flag('The host could not be reached.', (result) => isSet(result, 'unreachable')),
  reachable: flag('The host could be reached.', (result) => !isSet(result, 'unreachable')),
  started: flag(
    'The asynchronous task has started.',
    (result) => !result.has('started') || isSet(result, 'started'),
  ),
  finished: flag(
    'The asynchronous task has finished.',
    (result) => !result.has('finished') || isSet(result, 'finished'),
  ),
};

function registered(value: Value): Map<Value, Value> {
  if (value instanceof Map) return value;
  throw new Fault(`this test needs the registered result of a task, not ${typeName(value)}`);
}
