import { type ArgumentDoc, argumentDocs, type Documented } from '../argument-docs.ts';
import { block, code, table } from './markdown.ts';

/** Every module: what it does, its arguments, its results, examples. */
export function modulesPage(modules: ReadonlyMap<string, Documented>): string[] {
  return [
    '# Modules',
    '',
    'Short names and `ansible.builtin.` names mean the same. `rolecall doc NAME` shows the same text in',
    'the terminal. All of them have a check mode and say why they change nothing.',
    '',
    ...table(
      ['module', ''],
      [...modules].map(([name, { summary }]) => [`[${name}](#${name})`, summary]),
    ),
    ...[...modules].flatMap(([name, module]) => ['', ...modulePart(name, module)]),
  ];
}

function modulePart(name: string, module: Documented): string[] {
  const docs = argumentDocs(module);
  const returns = Object.entries(module.returns);
  return [
    `## ${name}`,
    '',
    module.summary,
    ...(module.freeForm
      ? ['', `A text in place of arguments is taken as ${code(module.freeForm)}.`]
      : []),
    '',
    ...(docs.length > 0
      ? table(['argument', 'type', 'default', ''], docs.map(row))
      : ['No arguments.']),
    ...(returns.length > 0
      ? [
          '',
          ...table(
            ['result', ''],
            returns.map(([key, text]) => [code(key), text]),
          ),
        ]
      : []),
    '',
    ...block('yaml', module.examples.map((example) => example.trimEnd()).join('\n')),
  ];
}

function row(doc: ArgumentDoc): string[] {
  const names = [doc.name, ...doc.aliases].map(code).join(', ');
  const choices = doc.choices.length > 0 ? ` One of ${doc.choices.map(code).join(', ')}.` : '';
  const given = doc.default === undefined ? '' : code(doc.default);
  return [names, doc.type, doc.required ? '**required**' : given, `${doc.description}${choices}`];
}
