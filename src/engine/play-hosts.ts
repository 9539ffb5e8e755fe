import { type Match, type MatchOptions, matchHosts } from '../inventory/patterns.ts';
import type { Play } from '../playbook/play.ts';
import { evaluateValue } from '../variables/values.ts';
import type { Run } from './run-state.ts';

/** The hosts that `hosts:` of a play means, in the inventory's order. */
export function matchPlay(play: Play, run: Run, options?: MatchOptions): Match {
  const scope = run.variables.hostScope('localhost', undefined);
  const pattern = evaluateValue(play.hosts, scope, play.at);
  const text = Array.isArray(pattern) ? pattern.map(String).join(',') : String(pattern);
  return matchHosts(run.context.inventory, text, options);
}
