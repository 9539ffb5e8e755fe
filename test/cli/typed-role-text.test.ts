import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parameterDocs } from '../../src/cli/reference/parameter-docs.ts';
import { typedRoleText } from '../../src/cli/typed-role-text.ts';
import { loadRole } from '../../src/roles/load.ts';

const folder = fileURLToPath(new URL('../../roles', import.meta.url));
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'role.ts')));

describe.each(names)('rolecall doc %s', async (name) => {
  const { params, entryPoints } = await loadRole(join(folder, name, 'role.ts'));
  const lines = await typedRoleText(join(folder, name));

  test('shows every parameter, in 80 columns', () => {
    const schemas = [params, ...Object.values(entryPoints).map((entry) => entry.params)];
    const paths = schemas.flatMap((schema) => (schema ? parameterDocs(schema) : []));
    const shown = lines.flatMap((line) => /^ {2}(\S+) {2}\(/.exec(line)?.[1] ?? []);
    expect(shown).toEqual(paths.map(({ path }) => path));
    const until = lines.indexOf('Examples:');
    expect(lines.slice(1, until).filter((line) => line.length > 80)).toEqual([]);
  });

  test('shows every entry point', () => {
    for (const entry of Object.keys(entryPoints)) {
      expect(lines.join('\n')).toContain(`tasks_from: ${entry}.`);
    }
  });
});
