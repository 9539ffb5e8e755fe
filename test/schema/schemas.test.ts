import { globSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { allModules } from '../../src/cli/all-modules.ts';
import { loadRole } from '../../src/roles/load.ts';

// Where arguments are checked, schemas themselves are not: that would cost each run more than its use.
const ajv = new Ajv({ strict: false });
const modules = [...(await allModules()).values()];
const roles = globSync(join(import.meta.dirname, '../../roles/*/role.ts')).sort();

test.each(modules.map(({ name, args }) => [name, args] as const))('module %s', (_, args) => {
  expect(ajv.validateSchema(args), ajv.errorsText()).toBe(true);
});

test.each(roles)('role %s', async (file) => {
  expect(ajv.validateSchema((await loadRole(file)).params), ajv.errorsText()).toBe(true);
});
