import type { TObject } from 'typebox';

/** One argument of a module as its reference tells it. */
export interface ArgumentDoc {
  readonly name: string;
  readonly aliases: readonly string[];
  /** `string`, `list of string`, `yes or no`, … */
  readonly type: string;
  readonly required: boolean;
  /** As it would be written in YAML; absent = none. */
  readonly default?: string;
  readonly choices: readonly string[];
  readonly description: string;
}

/** A module or one of the engine's own actions, as far as the reference goes. */
export interface Documented {
  readonly name: string;
  readonly summary: string;
  readonly args: TObject;
  readonly aliases: Readonly<Record<string, string>>;
  readonly freeForm: string | undefined;
  /** Takes any argument name. */
  readonly open?: boolean;
  readonly examples: readonly string[];
  readonly returns: Readonly<Record<string, string>>;
}

/** The arguments in alphabetical order, required ones first. */
export function argumentDocs({ args, aliases }: Documented): ArgumentDoc[] {
  const required = new Set(args.required ?? []);
  const docs = Object.entries(args.properties as Record<string, SchemaNode>).map(([name, node]) => {
    const found = node.default === undefined ? {} : { default: written(node.default) };
    return {
      name,
      aliases: Object.keys(aliases).filter((alias) => aliases[alias] === name),
      type: typeOf(node),
      required: required.has(name) && node.default === undefined,
      ...found,
      choices: choicesOf(node),
      description: node.description ?? '',
    };
  });
  return docs.sort((a, b) => Number(b.required) - Number(a.required) || (a.name < b.name ? -1 : 1));
}

/** What is read of a JSON Schema. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
}

/** What a value is, in words: `list of mapping`. */
export function typeOf(node: SchemaNode): string {
  if (node.anyOf) {
    const kinds = new Set(node.anyOf.map((one) => (isValue(one) ? 'choice' : typeOf(one))));
    return [...kinds].join(' or ');
  }
  if (isValue(node)) return 'choice';
  if (node.type === 'array') return node.items ? `list of ${typeOf(node.items)}` : 'list';
  const names: Readonly<Record<string, string>> = {
    boolean: 'yes or no',
    object: 'mapping',
    integer: 'whole number',
    null: 'nothing',
  };
  const types = [node.type ?? 'anything'].flat();
  return types.map((type) => names[type] ?? type).join(' or ');
}

/** The values that it may have, as written in YAML; empty where there are more. */
export function choicesOf(node: SchemaNode): string[] {
  if (node.enum) return node.enum.map(written);
  if (node.const !== undefined) return [written(node.const)];
  if (node.items) return choicesOf(node.items);
  return (node.anyOf ?? []).flatMap(choicesOf);
}

function isValue(node: SchemaNode): boolean {
  return node.const !== undefined || node.enum !== undefined;
}

/** A value as it would be written in YAML. */
export function written(value: unknown): string {
  return typeof value === 'string' ? value || "''" : JSON.stringify(value);
}
