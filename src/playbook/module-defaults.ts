import type { Mapping } from '../values.ts';
import { isTemplate, refuse, type Written } from './keyword-values.ts';
import { moduleProblem, shortName } from './module-names.ts';
import { mergeMappings, placeOfKey } from './places.ts';

/** Default arguments per module, under the modules' short names. */
export function readModuleDefaults(written: Written): Mapping[] | undefined {
  const { value } = written;
  if (value === null) return [];
  const items = Array.isArray(value) ? value : [value];
  const defaults: Mapping[] = [];
  for (const item of items) {
    if (!(item instanceof Map)) return refuse(written, 'a mapping of module names to arguments');
    defaults.push(renamed(item, written));
  }
  return defaults;
}

function renamed(mapping: Mapping, written: Written): Mapping {
  const { loading } = written;
  const result: Mapping = mergeMappings([mapping]);
  for (const [name, args] of mapping) {
    const at = placeOfKey(mapping, name, written.at);
    if (typeof name !== 'string' || name.startsWith('group/')) {
      loading.report({
        code: 'unsupported-keyword',
        message: 'module_defaults for a group of modules is not supported',
        at,
        hint: 'Name each module.',
      });
      continue;
    }
    const problem = moduleProblem(name, loading.context.knownModules, at);
    if (problem) loading.report(problem);
    if (!(args instanceof Map) && !isTemplate(args) && args !== null) {
      refuse({ ...written, keyword: name, value: args, at }, 'a mapping of arguments');
    }
    result.delete(name);
    result.set(shortName(name), args);
  }
  return result;
}
