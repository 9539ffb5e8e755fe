import { connectionVariables } from '../inventory/connection-names.ts';
import { type Keyword, keywords, type Level, type ValueType } from '../playbook/keywords.ts';
import { allModules } from './all-modules.ts';
import type { Documented } from './argument-docs.ts';
import { type JsonSchema, moduleSchema } from './editor-arguments.ts';

/** JSON Schema (draft 7, which editors know best) of playbooks, tasks files or YAML inventories. */
export async function editorSchema(kind: 'playbook' | 'tasks' | 'inventory'): Promise<JsonSchema> {
  const $schema = 'http://json-schema.org/draft-07/schema#';
  if (kind === 'inventory') return { $schema, title: 'Inventory', ...inventory() };
  const definitions = taskDefinitions(await allModules());
  if (kind === 'tasks') {
    return {
      $schema,
      title: 'Tasks',
      definitions,
      type: 'array',
      items: { $ref: '#/definitions/node' },
    };
  }
  return {
    $schema,
    title: 'Playbook',
    definitions: {
      ...definitions,
      play: closed(
        {
          ...level('play'),
          ...lists(['pre_tasks', 'tasks', 'post_tasks'], 'node'),
          ...lists(['handlers'], 'handler'),
          roles: { type: 'array' },
          needs: { anyOf: [text, { type: 'array', items: text }] },
        },
        ['hosts'],
      ),
      import: closed({
        ...level('import_playbook'),
        import_playbook: text,
        'ansible.builtin.import_playbook': text,
      }),
    },
    type: 'array',
    items: choose('hosts', 'play', 'import'),
  };
}

const text: JsonSchema = { type: 'string' };
const anything: JsonSchema = {};

function taskDefinitions(modules: ReadonlyMap<string, Documented>): JsonSchema {
  const actions = Object.fromEntries(
    [...modules.keys()].flatMap((name) => {
      const reference = { $ref: `#/definitions/module_${name}` };
      return [name, `ansible.builtin.${name}`].map((written) => [written, reference]);
    }),
  );
  const imports = Object.fromEntries(
    [
      'import_tasks',
      'import_role',
      'ansible.builtin.import_tasks',
      'ansible.builtin.import_role',
    ].map((name) => [name, anything]),
  );
  const loops = { '^with_[a-z_]+$': anything };
  return {
    ...Object.fromEntries(
      [...modules].map(([name, module]) => [`module_${name}`, moduleSchema(module)]),
    ),
    node: choose('block', 'block', 'task'),
    block: closed({ ...level('block'), ...lists(['block', 'rescue', 'always'], 'node') }, [
      'block',
    ]),
    task: { ...closed({ ...level('task'), ...actions, ...imports }), patternProperties: loops },
    handler: {
      ...closed({ ...level('handler'), ...actions, ...imports }),
      patternProperties: loops,
    },
  };
}

function level(name: Level): JsonSchema {
  return Object.fromEntries(
    Object.entries(keywords[name])
      .filter(([, keyword]) => !keyword.unsupported)
      .map(([key, keyword]) => [key, keywordSchema(keyword)]),
  );
}

function keywordSchema({ type }: Keyword): JsonSchema {
  return schemas[type];
}

const template = { type: 'string' } as const;
const schemas: Readonly<Record<ValueType, JsonSchema>> = {
  text: { type: 'string' },
  string: { type: ['string', 'number', 'null'] },
  boolean: { anyOf: [{ type: 'boolean' }, template] },
  integer: { anyOf: [{ type: 'integer' }, template] },
  number: { anyOf: [{ type: 'number' }, template] },
  conditions: { anyOf: [{ type: ['string', 'boolean'] }, { type: 'array' }] },
  tags: { anyOf: [{ type: 'string' }, { type: 'array' }] },
  names: { anyOf: [{ type: 'string' }, { type: 'array' }] },
  strings: { anyOf: [{ type: 'string' }, { type: 'array' }] },
  vars: { type: ['object', 'null'] },
  environment: { anyOf: [{ type: ['object', 'string'] }, { type: 'array' }] },
  moduleDefaults: { anyOf: [{ type: 'object' }, { type: 'array' }] },
  own: anything,
};

function lists(names: readonly string[], item: string): JsonSchema {
  return Object.fromEntries(
    names.map((name) => [
      name,
      { type: ['array', 'null'], items: { $ref: `#/definitions/${item}` } },
    ]),
  );
}

/** One definition where the key is there, else another: errors then speak of the one that is meant. */
function choose(key: string, present: string, absent: string): JsonSchema {
  const reference = (name: string) => ({ $ref: `#/definitions/${name}` });
  return Object.fromEntries([
    ['if', { required: [key] }],
    ['then', reference(present)],
    ['else', reference(absent)],
  ]);
}

function closed(properties: JsonSchema, required: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

function inventory(): JsonSchema {
  const connection = Object.fromEntries(
    connectionVariables.map((name) => [name, { type: ['string', 'number', 'boolean', 'null'] }]),
  );
  const group = { $ref: '#/definitions/group' };
  return {
    definitions: {
      host: { type: ['object', 'null'], properties: connection },
      vars: { type: ['object', 'null'], properties: connection },
      group: {
        type: ['object', 'null'],
        properties: {
          hosts: { type: ['object', 'null'], additionalProperties: { $ref: '#/definitions/host' } },
          vars: { $ref: '#/definitions/vars' },
          children: { type: ['object', 'null'], additionalProperties: group },
        },
        additionalProperties: false,
      },
    },
    type: 'object',
    additionalProperties: group,
  };
}
