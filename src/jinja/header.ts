import type { SourcePosition } from '../errors.ts';
import { nearestName, RolecallError } from '../errors.ts';
import type { TemplateOptions } from './options.ts';

const settings = new Map<string, keyof TemplateOptions>([
  ['trim_blocks', 'trimBlocks'],
  ['lstrip_blocks', 'lstripBlocks'],
  ['keep_trailing_newline', 'keepTrailingNewline'],
  ['newline_sequence', 'newlineSequence'],
  ['block_start_string', 'blockStartString'],
  ['block_end_string', 'blockEndString'],
  ['variable_start_string', 'variableStartString'],
  ['variable_end_string', 'variableEndString'],
  ['comment_start_string', 'commentStartString'],
  ['comment_end_string', 'commentEndString'],
]);

/**
 * Takes the line `#jinja2: trim_blocks:False, lstrip_blocks:True` off a template file.
 * `at` is for errors; the text that is left starts one line below it.
 *
 * @example templateHeader('#jinja2: lstrip_blocks: True\n…') // { source: '…', options: { lstripBlocks: true } }
 */
export function templateHeader(
  source: string,
  at: SourcePosition = { file: '<template>', line: 1, column: 1 },
): { source: string; options: TemplateOptions; lines: number } {
  if (!source.startsWith('#jinja2:')) return { source, options: {}, lines: 0 };
  const end = source.indexOf('\n');
  const line = source.slice('#jinja2:'.length, end === -1 ? undefined : end);
  const options: Record<string, boolean | string> = {};
  for (const pair of line.split(',')) {
    const match = /^\s*(\w+)\s*:\s*(.+?)\s*$/.exec(pair);
    const name = match ? settings.get(match[1]!) : undefined;
    const value = match ? literal(match[2]!) : undefined;
    if (!match || name === undefined || value === undefined) {
      throw new RolecallError({
        code: 'template-syntax',
        message: `'${pair.trim()}' is no setting of a template's first line`,
        at,
        expected: "settings such as 'trim_blocks: False', separated by commas",
        nearest: match ? nearestName(match[1]!, settings.keys()) : undefined,
      });
    }
    options[name] = value;
  }
  return { source: end === -1 ? '' : source.slice(end + 1), options, lines: 1 };
}

function literal(text: string): boolean | string | undefined {
  if (text === 'True') return true;
  if (text === 'False') return false;
  const quoted = /^(['"])(.*)\1$/.exec(text);
  return quoted?.[2]?.replaceAll('\\n', '\n').replaceAll('\\r', '\r');
}
