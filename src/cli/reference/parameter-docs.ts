import type { TObject } from 'typebox';
import { isSecret } from '../../roles/secret.ts';
import { choicesOf, type SchemaNode, typeOf, written } from '../argument-docs.ts';

/** One parameter of a typed role, at any depth. */
export interface ParameterDoc {
  /** `sites[].locations[].path`; `NAME` stands for keys that the user chooses. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  /** As it would be written in YAML; absent = none. */
  readonly default: string | undefined;
  readonly choices: readonly string[];
  /** Bounds in words: `1 to 65535`. */
  readonly bounds: string | undefined;
  readonly isSecret: boolean;
  readonly description: string;
}

/** Every parameter of a role in the order of its schema, each before what is inside of it. */
export function parameterDocs(schema: TObject): ParameterDoc[] {
  return propertyDocs(schema as unknown as Node, '');
}

interface Node extends SchemaNode {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** `preset` is what the mapping around them is when it is left out: it may hold their defaults. */
function propertyDocs(
  { properties = {}, required = [] }: Node,
  prefix: string,
  preset: unknown = {},
): ParameterDoc[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    const path = `${prefix}${name}`;
    const given = node.default ?? (preset as Readonly<Record<string, unknown>>)[name];
    const isRequired = required.includes(name) && given === undefined;
    return [docOf({ ...node, default: given }, path, isRequired), ...innerDocs(node, path)];
  });
}

function innerDocs(node: Node, path: string): ParameterDoc[] {
  if (node.anyOf) return node.anyOf.flatMap((branch) => innerDocs(branch, path));
  if (node.items) return innerDocs(node.items, `${path}[]`);
  const others = Object.values(node.patternProperties ?? {})[0];
  if (others) return innerDocs(others, `${path}.NAME`);
  return node.properties ? propertyDocs(node, `${path}.`, node.default) : [];
}

function docOf(node: Node, path: string, required: boolean): ParameterDoc {
  return {
    path,
    type: mappingType(node) ?? typeOf(node),
    required,
    default: node.default === undefined ? undefined : written(node.default),
    choices: choicesOf(node),
    bounds: boundsOf(node),
    isSecret: isSecret(node),
    description: node.description ?? '',
  };
}

/** `mapping of string`, where the keys are the user's. */
function mappingType({ patternProperties }: Node): string | undefined {
  const others = Object.values(patternProperties ?? {})[0];
  return others && `mapping of ${typeOf(others)}`;
}

function boundsOf(node: Node): string | undefined {
  if (node.items && (node.minItems !== undefined || node.maxItems !== undefined)) {
    return range(node.minItems || undefined, node.maxItems, ' entries');
  }
  return range(node.minimum, node.maximum, '');
}

function range(
  least: number | undefined,
  most: number | undefined,
  unit: string,
): string | undefined {
  if (least !== undefined && most !== undefined) return `${least} to ${most}${unit}`;
  if (least !== undefined)
    return `at least ${least}${least === 1 ? unit.replace(/ies$/, 'y') : unit}`;
  return most === undefined ? undefined : `at most ${most}${unit}`;
}
