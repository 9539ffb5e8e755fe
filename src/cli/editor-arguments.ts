import type { Documented } from './argument-docs.ts';

/** A JSON Schema, as far as it is written here. */
export interface JsonSchema {
  readonly [key: string]: unknown;
}

/** What a module's key in a task may hold: a mapping of its arguments, or their short form as text. */
export function moduleSchema(module: Documented): JsonSchema {
  const properties = module.args.properties as Record<string, JsonSchema>;
  const aliases = Object.entries(module.aliases).map(([alias, name]) => [alias, name] as const);
  const names = [...Object.keys(properties).map((name) => [name, name] as const), ...aliases];
  return {
    description: module.summary,
    anyOf: [
      {
        type: 'object',
        properties: Object.fromEntries(
          names.map(([name, main]) => [name, orTemplate(properties[main] ?? {})]),
        ),
        additionalProperties: module.open ?? false,
      },
      { type: ['string', 'null'] },
    ],
  };
}

/** The value as Ansible takes it, or a template that gives it. */
function orTemplate(schema: JsonSchema): JsonSchema {
  const { description, ...rest } = schema;
  const template = { type: 'string', pattern: '\\{[{%]' };
  return { ...(description !== undefined && { description }), anyOf: [loosened(rest), template] };
}

const scalar: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] };

/** Types bend as they do in a run: `yes` is true, `'80'` a number, one item a list, `a,b` too. */
function loosened(schema: JsonSchema): JsonSchema {
  const { default: _default, description, ...own } = schema;
  if (own.const !== undefined || own.enum !== undefined) return own;
  if (Array.isArray(own.anyOf)) return { anyOf: own.anyOf.map(loosened) };
  switch (own.type) {
    case 'string':
      return scalar;
    case 'integer':
    case 'number':
      return { anyOf: [own, { type: 'string', pattern: '^[-+0-9.]' }] };
    case 'boolean':
      return {
        anyOf: [own, { enum: ['yes', 'no', 'on', 'off', 'true', 'false', 1, 0, '1', '0'] }],
      };
    case 'array': {
      const items = loosened((own.items as JsonSchema | undefined) ?? {});
      return { anyOf: [{ type: 'array', items }, scalar] };
    }
    default:
      return own;
  }
}
