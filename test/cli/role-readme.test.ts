import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parameterDocs } from '../../src/cli/reference/parameter-docs.ts';
import { exampleParameters } from '../../src/cli/reference/role-example.ts';
import { roleReadme, roleReadmes } from '../../src/cli/reference/role-readme.ts';
import { defineRole, secret, Type, template } from '../../src/index.ts';
import { loadRole } from '../../src/roles/load.ts';
import { checkParameters } from '../../src/schema/parameters.ts';

const folder = fileURLToPath(new URL('../../roles', import.meta.url));
const readmes = await roleReadmes(folder);

describe('the README of each role is what `npm run docs` writes', () => {
  test.each([...readmes])('%s', (name, text) => {
    expect(readFileSync(join(folder, name, 'README.md'), 'utf8')).toBe(text);
  });
});

describe.each([...readmes.keys()])('the role %s', async (name) => {
  const role = await loadRole(join(folder, name, 'role.ts'));

  test('describes every parameter, and decides something', () => {
    const schemas = [role.params, ...Object.values(role.entryPoints).map(({ params }) => params)];
    const docs = schemas.flatMap((schema) => (schema ? parameterDocs(schema) : []));
    expect(docs.filter(({ description }) => description === '').map(({ path }) => path)).toEqual(
      [],
    );
    expect(role.decisions.length).toBeGreaterThan(0);
  });

  test('its examples give it parameters that it has', () => {
    const given = role.examples.flatMap((example) => exampleParameters(role, example));
    expect(given.length).toBeGreaterThan(0);
    // what a template gives is not known here: a value may look wrong, a name may not
    const problems = given.flatMap((one) => checkParameters(name, role.params, one).problems);
    expect(problems.filter(({ code }) => code === 'unknown-parameter')).toEqual([]);
  });
});

test('a role with all there is to tell', () => {
  const role = defineRole({
    name: 'key-store',
    summary: 'Keeps keys.',
    params: Type.Object({
      port: Type.Integer({ minimum: 1, maximum: 9, default: 4, description: 'Its port.' }),
      password: secret('Who knows it may read.'),
      mode: Type.Optional(
        Type.Union([Type.Literal('a'), Type.Literal('b')], { description: 'How.' }),
      ),
      stats: Type.Object(
        {
          port: Type.Integer({ description: 'Its port.' }),
          key: Type.Optional(Type.String({ description: 'A key.' })),
        },
        { default: { port: 8404 }, description: 'Numbers.' },
      ),
      labels: Type.Record(Type.String(), Type.String(), {
        default: {},
        description: 'Words | more.',
      }),
      keys: Type.Union(
        [
          Type.Array(Type.Object({ id: Type.String({ description: 'Its id.' }) }), { minItems: 1 }),
          Type.Object({ group: Type.String({ description: 'Whose keys.' }) }),
        ],
        { description: 'The keys.' },
      ),
    }),
    examples: [
      '- hosts: all\n  vars: { key_store: { password: x } }\n  roles: [{ role: key-store, tags: a, keys: [{ id: k }] }]',
    ],
    decisions: [{ question: 'Where', answer: 'Here', why: 'It is near.' }],
    publishes: ({ params }) => [
      { name: 'keys', port: params.port, protocol: 'tcp', purpose: 'keys', reach: 'fleet' },
    ],
    tasks: () => [template('Write it', { dest: '/x', content: '' })],
    entryPoints: {
      rotate: {
        summary: 'Makes new keys.',
        params: Type.Object({ now: Type.Boolean({ description: 'At once.' }) }),
        tasks: () => [],
      },
    },
  });
  expect(
    roleReadme(role),
  ).toBe(`<!-- Made by \`npm run docs\` from role.ts; changes here are lost. -->

# Role key-store

Keeps keys.

\`\`\`yaml
- hosts: all
  vars: { key_store: { password: x } }
  roles: [{ role: key-store, tags: a, keys: [{ id: k }] }]
\`\`\`

## Parameters

They are given in the variable \`key_store\`, each from the layer of variables that wins, or in the
role entry itself. An unknown one, at any depth, is refused before any connection is opened.

| parameter | type | default |  |
| --- | --- | --- | --- |
| \`port\` | whole number | \`4\` | Its port. 1 to 9. |
| \`password\` | string | **required** | Who knows it may read. **Secret**: from a vault or a lookup, never a plain text. |
| \`mode\` | choice |  | How. One of \`a\`, \`b\`. |
| \`stats\` | mapping | \`{"port":8404}\` | Numbers. |
| \`stats.port\` | whole number | \`8404\` | Its port. |
| \`stats.key\` | string |  | A key. |
| \`labels\` | mapping of string | \`{}\` | Words \\| more. |
| \`keys\` | list of mapping or mapping | **required** | The keys. |
| \`keys[].id\` | string | **required** | Its id. |
| \`keys.group\` | string | **required** | Whose keys. |

## Entry points

Other lists of tasks with the same parameters:
\`import_role: { name: key-store, tasks_from: rotate }\`.

### rotate

Makes new keys.

Parameters besides:

| parameter | type | default |  |
| --- | --- | --- | --- |
| \`now\` | yes or no | **required** | At once. |

## Ports

With the parameters of the first example:

| port | name | for | reached from |
| --- | --- | --- | --- |
| 4/tcp | keys | keys | hosts of the inventory |

## Decisions

| question | answer | why |
| --- | --- | --- |
| Where | Here | It is near. |
`);
});
