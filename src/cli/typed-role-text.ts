import { join } from 'node:path';
import type { TObject } from 'typebox';
import { variableOf } from '../engine/roles/given-parameters.ts';
import { hang } from '../reporters/text.ts';
import { loadRole } from '../roles/load.ts';
import { type ParameterDoc, parameterDocs } from './reference/parameter-docs.ts';

/** The reference of the typed role in a folder, for a terminal. */
export async function typedRoleText(folder: string): Promise<string[]> {
  const file = join(folder, 'role.ts');
  const role = await loadRole(file);
  return [
    `role ${role.name} (${file})`,
    ...hang('', role.summary, columns),
    '',
    `Parameters, in the variable '${variableOf(role.name)}' or in the role entry:`,
    ...parameterLines(role.params),
    ...Object.entries(role.entryPoints).flatMap(([entry, { summary, params }]) => [
      '',
      ...hang('', `With tasks_from: ${entry}. ${summary}`, columns),
      ...(params ? parameterLines(params) : []),
    ]),
    '',
    'Examples:',
    ...role.examples.flatMap((example) =>
      example
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    ),
  ];
}

const columns = 80;

function parameterLines(schema: TObject): string[] {
  return parameterDocs(schema).flatMap((doc) => [
    ...hang(`  ${doc.path}  `, `(${factsOf(doc).join('; ')})`, columns),
    ...hang('      ', meaningOf(doc), columns),
  ]);
}

function factsOf(doc: ParameterDoc): string[] {
  return [
    doc.type,
    ...(doc.required ? ['required'] : []),
    ...(doc.default === undefined ? [] : [`default ${doc.default}`]),
    ...(doc.isSecret ? ['secret: from a vault or a lookup'] : []),
  ];
}

function meaningOf({ description, choices, bounds }: ParameterDoc): string {
  return [
    description,
    ...(choices.length > 0 ? [`One of: ${choices.join(', ')}.`] : []),
    ...(bounds === undefined ? [] : [`${bounds[0]!.toUpperCase()}${bounds.slice(1)}.`]),
  ].join(' ');
}
