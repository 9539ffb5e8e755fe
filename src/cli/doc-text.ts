import { hang, pad } from '../reporters/text.ts';
import { type ArgumentDoc, argumentDocs, type Documented } from './argument-docs.ts';

/** One line per module. */
export function listText(modules: ReadonlyMap<string, Documented>): string[] {
  const longest = Math.max(...[...modules.keys()].map((name) => name.length));
  return [...modules].flatMap(([name, { summary }]) =>
    hang(`${pad(name, longest)}  `, summary, columns),
  );
}

/** The reference of a module as text for a terminal. */
export function moduleText(module: Documented): string[] {
  const docs = argumentDocs(module);
  const { freeForm } = module;
  return [
    `${module.name}: ${module.summary}`,
    ...(docs.length > 0 ? ['', 'Arguments:'] : []),
    ...docs.flatMap(argumentText),
    ...(freeForm
      ? ['', ...hang('  ', `A text instead of arguments is taken as '${freeForm}'.`, columns)]
      : []),
    '',
    'Results:',
    ...Object.entries(module.returns).flatMap(([name, text]) => hang(`  ${name}  `, text, columns)),
    '',
    'Examples:',
    ...module.examples.flatMap((example) =>
      example
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    ),
  ];
}

const columns = 80;

function argumentText(doc: ArgumentDoc): string[] {
  const facts = [
    doc.type,
    ...(doc.required ? ['required'] : []),
    ...(doc.default === undefined ? [] : [`default ${doc.default}`]),
    ...(doc.aliases.length > 0 ? [`also ${doc.aliases.join(', ')}`] : []),
  ];
  const choices = doc.choices.length > 0 ? `One of: ${doc.choices.join(', ')}.` : '';
  return [
    ...hang(`  ${doc.name}  `, `(${facts.join('; ')})`, columns),
    ...(doc.description ? hang('      ', doc.description, columns) : []),
    ...(choices ? hang('      ', choices, columns) : []),
  ];
}
