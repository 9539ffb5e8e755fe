import type { RoleProblem } from 'rolecall';
import type { DatabaseParams } from './params.ts';
import { refusedVariable } from './retired-variables.ts';
import { variableName } from './settings.ts';

/** What may stand in `settings.variables`. */
export function settingRules({ engine, settings }: DatabaseParams): RoleProblem[] {
  const seen = new Map<string, string>();
  return Object.entries(settings.variables).flatMap(([written, value]): RoleProblem[] => {
    const path = ['settings', 'variables', written];
    const name = variableName(written);
    if (!/^[a-z][a-z0-9_.]*$/.test(name)) {
      return [{ path, message: `'${written}' cannot be a system variable` }];
    }
    const twin = seen.get(name);
    seen.set(name, written);
    if (twin !== undefined) {
      return [{ path, message: `'${written}' is the same variable as '${twin}'` }];
    }
    const refused = refusedVariable(engine, name);
    if (refused) {
      return [{ path, message: `'${written}' is refused: ${refused.why}`, hint: refused.hint }];
    }
    if (typeof value === 'string' && /[\n\r"]/.test(value)) {
      return [{ path, message: `the value of '${written}' has a quote or a line break in it` }];
    }
    return [];
  });
}
