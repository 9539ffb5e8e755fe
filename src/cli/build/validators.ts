import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { ajvOptions } from '../../schema/check.ts';
import { schemaKey } from '../../schema/schema-key.ts';
import { allModules } from '../all-modules.ts';

/**
 * What stands in the build in the place of `src/schema/compiled.ts`: validators of the arguments of
 * all modules. To compile those of a small playbook takes longer than to read it.
 */
export async function compiledValidators(): Promise<string> {
  const ajv = new Ajv({ ...ajvOptions, verbose: false, code: { source: true, optimize: 1 } });
  const makers = new Map<string, string>();
  for (const { args } of (await allModules()).values()) {
    const key = schemaKey(args);
    if (makers.has(key)) continue;
    const code = standalone.default(ajv, ajv.compile(args));
    makers.set(key, `() => { const module = { exports: {} };\n${code}\nreturn module.exports; }`);
  }
  const entries = [...makers].map(([key, maker]) => `${JSON.stringify(key)}: ${maker},\n`);
  return `export const compiled = {\n${entries.join('')}};\n`;
}
