import type { Module } from '../../modules/contract.ts';
import { loadModules } from '../modules.ts';

/** The part of a JSON Schema that a type is made of. */
interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly description?: string;
  readonly default?: unknown;
}

/** The text of `src/roles/module-tasks.ts`: for each module a typed constructor of tasks. */
export async function taskMakersFile(): Promise<string> {
  const modules = [...(await loadModules())]
    .filter(([name]) => name !== 'template')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `// Written by \`npm run docs\` from the arguments of the modules; not to be edited.`,
    ``,
    `import { type Expression, taskOf } from './task.ts';`,
    ``,
    `type Given<T> = T | Expression;`,
    ...modules.map(([name, module]) => maker(name, module)),
    ``,
  ].join('\n');
}

/** \`apt_repository\` → \`aptRepository\`; what JavaScript reserves gets a \`Task\` behind it. */
export function makerName(module: string): string {
  const name = module.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return name === 'package' ? 'packageTask' : name;
}

function maker(name: string, module: Module): string {
  const type = `${capital(makerName(name))}Args`;
  const schema = module.args as unknown as Node;
  const required = new Set(schema.required ?? []);
  const properties = Object.entries(schema.properties ?? {}).map(([key, node]) => {
    const optional = !required.has(key) || node.default !== undefined;
    return `  /** ${comment(node)} */\n  readonly ${property(key)}${optional ? '?' : ''}: Given<${typeOf(node)}>;`;
  });
  const body =
    properties.length > 0 ? `{\n${properties.join('\n')}\n}` : '{ readonly [name: string]: never }';
  return `
export ${properties.length > 0 ? `interface ${type} ${body}` : `type ${type} = ${body};`}
/** ${inComment(module.summary)} */
export const ${makerName(name)} = taskOf<${type}>('${name}');`;
}

function comment(node: Node): string {
  const text = inComment(node.description ?? '');
  return node.default === undefined
    ? text
    : `${text} Default: ${inComment(JSON.stringify(node.default))}.`;
}

function inComment(text: string): string {
  return text.replaceAll('*/', '*\\/').replaceAll('\n', ' ');
}

function literal(value: unknown): string {
  const text = JSON.stringify(value);
  return typeof value === 'string' && !value.includes("'") ? `'${text.slice(1, -1)}'` : text;
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function property(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
}

function typeOf(node: Node): string {
  if ('const' in node) return literal(node.const);
  if (node.enum) return node.enum.map(literal).join(' | ');
  if (node.anyOf) return [...new Set(node.anyOf.map(typeOf))].join(' | ');
  switch (node.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return listType(node.items ? typeOf(node.items) : 'unknown');
    case 'object':
      return objectType(node);
    default:
      return 'unknown';
  }
}

/** One of a list may stand alone, as in YAML. */
function listType(item: string): string {
  const list = `readonly ${/^\w+$/.test(item) ? item : `(${item})`}[]`;
  return item === 'string' ? `string | ${list}` : list;
}

function objectType(node: Node): string {
  const pattern = Object.values(node.patternProperties ?? {})[0];
  if (!node.properties) return `Readonly<Record<string, ${pattern ? typeOf(pattern) : 'unknown'}>>`;
  const required = new Set(node.required ?? []);
  const parts = Object.entries(node.properties).map(
    ([key, one]) => `readonly ${property(key)}${required.has(key) ? '' : '?'}: ${typeOf(one)}`,
  );
  return `{ ${parts.join('; ')} }`;
}
