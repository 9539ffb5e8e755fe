import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TObject } from 'typebox';
import { variableOf } from '../../engine/roles/given-parameters.ts';
import { loadRole } from '../../roles/load.ts';
import type { Role } from '../../roles/role.ts';
import { block, code, table } from './markdown.ts';
import { type ParameterDoc, parameterDocs } from './parameter-docs.ts';
import { examplePorts } from './role-example.ts';

/** The README of each typed role in a folder of roles, by the name of its folder. `npm run docs` writes them. */
export async function roleReadmes(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'role.ts')))
    .sort();
  const texts = new Map<string, string>();
  for (const name of names) {
    texts.set(name, roleReadme(await loadRole(join(folder, name, 'role.ts'))));
  }
  return texts;
}

/** What a user of a role wants to know of it, from its definition alone. */
export function roleReadme(role: Role): string {
  const lines = [
    '<!-- Made by `npm run docs` from role.ts; changes here are lost. -->',
    '',
    `# Role ${role.name}`,
    '',
    role.summary,
    '',
    ...role.examples.flatMap((example) => [...block('yaml', example), '']),
    ...parameterPart(role),
    ...entryPointPart(role),
    ...portPart(role),
    ...decisionPart(role),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function parameterPart(role: Role): string[] {
  return [
    '## Parameters',
    '',
    `They are given in the variable ${code(variableOf(role.name))}, each from the layer of variables that wins, or in the`,
    'role entry itself. An unknown one, at any depth, is refused before any connection is opened.',
    '',
    ...parameterTable(role.params),
    '',
  ];
}

function parameterTable(schema: TObject): string[] {
  const docs = parameterDocs(schema);
  if (docs.length === 0) return ['None.'];
  return table(
    ['parameter', 'type', 'default', ''],
    docs.map((doc) => [code(doc.path), doc.type, presence(doc), meaning(doc)]),
  );
}

function presence(doc: ParameterDoc): string {
  if (doc.required) return '**required**';
  return doc.default === undefined ? '' : code(doc.default);
}

function meaning({ description, choices, bounds, isSecret }: ParameterDoc): string {
  return [
    description,
    ...(isSecret ? ['**Secret**: from a vault or a lookup, never a plain text.'] : []),
    ...(choices.length > 0 ? [`One of ${choices.map(code).join(', ')}.`] : []),
    ...(bounds === undefined ? [] : [`${bounds[0]!.toUpperCase()}${bounds.slice(1)}.`]),
  ].join(' ');
}

function entryPointPart(role: Role): string[] {
  const entries = Object.entries(role.entryPoints);
  if (entries.length === 0) return [];
  return [
    '## Entry points',
    '',
    'Other lists of tasks with the same parameters:',
    `${code(`import_role: { name: ${role.name}, tasks_from: ${entries[0]![0]} }`)}.`,
    '',
    ...entries.flatMap(([name, { summary, params }]) => [
      `### ${name}`,
      '',
      summary,
      '',
      ...(params ? ['Parameters besides:', '', ...parameterTable(params), ''] : []),
    ]),
  ];
}

function portPart(role: Role): string[] {
  const ports = examplePorts(role);
  if (ports.length === 0) return [];
  return [
    '## Ports',
    '',
    'With the parameters of the first example:',
    '',
    ...table(
      ['port', 'name', 'for', 'reached from'],
      ports.map(({ port, protocol, name, purpose, reach }) => [
        `${port}/${protocol}`,
        name,
        purpose,
        reaches[reach],
      ]),
    ),
    '',
  ];
}

const reaches = {
  loopback: 'the host itself',
  fleet: 'hosts of the inventory',
  public: 'users',
} as const;

function decisionPart({ decisions }: Role): string[] {
  if (decisions.length === 0) return [];
  return [
    '## Decisions',
    '',
    ...table(
      ['question', 'answer', 'why'],
      decisions.map(({ question, answer, why }) => [question, answer, why]),
    ),
  ];
}
