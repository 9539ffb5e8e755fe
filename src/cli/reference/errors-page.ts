import { errorCatalogue } from '../../errors.ts';
import { code, table } from './markdown.ts';

/** Every error code, what it means, what to do about it, and the exit status it ends with. */
export function errorsPage(): string[] {
  const rows = Object.entries(errorCatalogue)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { meaning, advice, exit }]) => [code(name), meaning, advice, String(exit)]);
  return [
    '# Error codes',
    '',
    'The exit status holds when the error ends a command; 0 means a warning. On one host of a run, the',
    'host fails and the others go on.',
    '',
    ...table(['code', 'meaning', 'what to do', 'exit'], rows),
  ];
}
