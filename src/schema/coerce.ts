import type { Plain } from '../values.ts';

/** The parts of a JSON Schema that coercion looks at. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
}

const truths: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  true: true,
  y: true,
  t: true,
  '1': true,
  no: false,
  off: false,
  false: false,
  n: false,
  f: false,
  '0': false,
};

/**
 * Bends a value to its schema as Ansible does: 'yes' to true, '5' to 5, 5 to '5', 'a,b' to a list.
 * What cannot be bent stays as it is, for the check to refuse.
 *
 * @example coerce({ type: 'boolean' }, 'yes') // true
 */
export function coerce(schema: SchemaNode, value: Plain): Plain {
  if (value === null) return null;
  if (schema.anyOf) return coerceUnion(schema.anyOf, value);
  const literals = schema.enum ?? ('const' in schema ? [schema.const] : undefined);
  if (literals) return coerceLiteral(literals, value);
  switch (schema.type) {
    case 'boolean':
      return coerceBoolean(value);
    case 'integer':
    case 'number':
      return coerceNumber(value, schema.type === 'integer');
    case 'string':
      return coerceString(value);
    case 'array':
      return coerceList(schema.items ?? {}, value);
    case 'object':
      return coerceObject(schema, value);
    default:
      return value;
  }
}

function coerceUnion(options: readonly SchemaNode[], value: Plain): Plain {
  if (options.some((option) => accepts(option, value))) {
    const own = options.find((option) => accepts(option, value))!;
    return own.type === 'array' || own.type === 'object' ? coerce(own, value) : value;
  }
  const literals = options.flatMap((option) => ('const' in option ? [option.const] : []));
  if (literals.length > 0) {
    const bent = coerceLiteral(literals, value);
    if (literals.includes(bent)) return bent;
  }
  for (const option of options) {
    const bent = coerce(option, value);
    if (accepts(option, bent)) return bent;
  }
  return value;
}

function accepts(schema: SchemaNode, value: Plain): boolean {
  if ('const' in schema) return schema.const === value;
  if (schema.enum) return schema.enum.includes(value);
  if (schema.anyOf) return schema.anyOf.some((option) => accepts(option, value));
  switch (schema.type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return value !== null && typeof value === 'object' && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case undefined:
      return true;
    default:
      return typeof value === schema.type;
  }
}

/** A YAML `yes` for a choice between words means the word. */
function coerceLiteral(literals: readonly unknown[], value: Plain): Plain {
  if (literals.includes(value)) return value;
  if (typeof value === 'boolean') {
    const words = Object.keys(truths).filter((word) => truths[word] === value);
    const word = literals.find((literal) => words.includes(String(literal).toLowerCase()));
    if (word !== undefined) return word as Plain;
  }
  return literals.find((literal) => String(literal) === String(value)) !== undefined
    ? (literals.find((literal) => String(literal) === String(value)) as Plain)
    : value;
}

function coerceBoolean(value: Plain): Plain {
  if (value === 1 || value === 0) return value === 1;
  return typeof value === 'string' ? (truths[value.trim().toLowerCase()] ?? value) : value;
}

function coerceNumber(value: Plain, whole: boolean): Plain {
  if (typeof value !== 'string' || value.trim() === '') return value;
  const number = Number(value);
  return Number.isNaN(number) || (whole && !Number.isInteger(number)) ? value : number;
}

function coerceString(value: Plain): Plain {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value;
}

function coerceList(items: SchemaNode, value: Plain): Plain {
  let list: Plain[];
  if (Array.isArray(value)) list = value;
  else if (typeof value === 'string')
    list = value === '' ? [] : value.split(',').map((part) => part.trim());
  else list = [value];
  return list.map((item) => coerce(items, item));
}

function coerceObject(schema: SchemaNode, value: Plain): Plain {
  let object = value;
  if (typeof object === 'string' && object.trimStart().startsWith('{')) {
    try {
      object = JSON.parse(object) as Plain;
    } catch {
      return value;
    }
  }
  if (object === null || typeof object !== 'object' || Array.isArray(object)) return object;
  const pattern = Object.values(schema.patternProperties ?? {})[0];
  const bent: { [key: string]: Plain } = Object.create(null);
  for (const [key, item] of Object.entries(object)) {
    const node = schema.properties?.[key] ?? pattern;
    bent[key] = node ? coerce(node, item) : item;
  }
  return bent;
}
