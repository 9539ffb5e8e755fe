import { fromPlain, type Mapping } from '../../../src/values.ts';
import { finalLayer, precedence, trustedLayer } from '../../../src/variables/layer.ts';
import { type ScopeContext, VariableScope } from '../../../src/variables/scope.ts';
import { loadYaml } from '../../../src/yaml/load.ts';

/** No lookups, no other templates; what is encrypted decrypts to `secret`. */
export const plainContext: ScopeContext = {
  surroundings: () => ({}),
  decrypt: () => 'secret',
};

/** A scope with the variables of a YAML text, as if they were play vars of `vars.yml`. */
export function scopeOf(yaml: string, context: ScopeContext = plainContext): VariableScope {
  const values = loadYaml(yaml, 'vars.yml') as Mapping;
  return new VariableScope([trustedLayer('play vars', values, precedence.playVars)], context);
}

/** A layer of task vars from a YAML text. */
export function taskVars(yaml: string) {
  return trustedLayer('task vars', loadYaml(yaml, 'task.yml') as Mapping, precedence.taskVars);
}

/** A layer of final values, as registered results are. */
export function results(values: Readonly<Record<string, unknown>>) {
  return finalLayer('set_fact and register', fromPlain(values) as Mapping, precedence.setFacts);
}
