import { Type } from 'typebox';
import { compilePython, searchFrom } from '../regex.ts';
import { validateProblem } from './atomic-write.ts';
import { defineModule } from './contract.ts';
import { attributeArguments, attributeProblems } from './file-attributes.ts';
import { patternProblem } from './line-edit.ts';
import {
  byteText,
  decideEdit,
  type Edit,
  editArguments,
  editObservations,
  editRefinement,
  pathAliases,
  unknownEdit,
} from './text-edit.ts';

export const blockinfile = defineModule({
  name: 'blockinfile',
  summary: 'Ensures that lines between two markers are in a file, or are not.',
  args: Type.Object({
    ...editArguments,
    ...attributeArguments,
    state: Type.Union([Type.Literal('present'), Type.Literal('absent')], {
      description: 'Whether the block is to be there.',
      default: 'present',
    }),
    block: Type.String({ description: 'The lines; empty removes the block.', default: '' }),
    marker: Type.String({
      description: 'The lines around the block; `{mark}` is replaced.',
      default: '# {mark} ANSIBLE MANAGED BLOCK',
    }),
    marker_begin: Type.String({ description: '`{mark}` of the first line.', default: 'BEGIN' }),
    marker_end: Type.String({ description: '`{mark}` of the last line.', default: 'END' }),
    insertafter: Type.Optional(
      Type.String({ description: 'EOF or a regular expression: after its last match.' }),
    ),
    insertbefore: Type.Optional(
      Type.String({ description: 'BOF or a regular expression: before its last match.' }),
    ),
    create: Type.Boolean({ description: 'Make the file if it is not there.', default: false }),
    append_newline: Type.Boolean({ description: 'An empty line after the block.', default: false }),
    prepend_newline: Type.Boolean({
      description: 'An empty line before the block.',
      default: false,
    }),
  }),
  aliases: { ...pathAliases, content: 'block' },
  examples: [
    "- name: Hosts of the cluster\n  blockinfile:\n    path: /etc/hosts\n    marker: '# {mark} cluster'\n    block: |\n      10.0.0.1 a\n      10.0.0.2 b",
  ],
  returns: {
    msg: '`Block inserted`, `Block removed` or `File created`.',
    backup_file: 'Name of the backup, when one was made.',
  },
  check: (given) => {
    const problems = attributeProblems(given);
    const validate = given.validate === undefined ? undefined : validateProblem(given.validate);
    if (validate) problems.push(validate);
    if (given.insertafter !== undefined && given.insertbefore !== undefined) {
      problems.push('insertbefore and insertafter are mutually exclusive');
    }
    for (const pattern of [given.insertafter, given.insertbefore]) {
      const problem = pattern === undefined ? undefined : patternProblem(pattern);
      if (problem) problems.push(problem);
    }
    return problems;
  },
  observe: (given) => editObservations(given.path),
  refine: (_given, observed: Record<string, unknown>) => editRefinement(observed),
  decide: (given, observed: Record<string, unknown>) => {
    const at = observed.at as { exists: boolean };
    if (given.state === 'absent' && !at.exists && given.create) {
      return {
        kind: 'unchanged',
        reason: `${given.path} does not exist`,
        result: { msg: `File ${given.path} not present` },
      };
    }
    const { mode, owner, group } = given;
    const request = {
      path: given.path,
      backup: given.backup,
      validate: given.validate,
      attributes: { mode, owner, group },
      create: given.create,
      backupKey: 'backup_file',
    } as const;
    return decideEdit(request, observed, (old) => editBlock(old, given));
  },
  decideUnknown: (_given, observed: Record<string, unknown>) => unknownEdit(observed),
});

interface BlockOptions {
  readonly state: string;
  readonly block: string;
  readonly marker: string;
  readonly marker_begin: string;
  readonly marker_end: string;
  readonly insertafter?: string;
  readonly insertbefore?: string;
  readonly append_newline: boolean;
  readonly prepend_newline: boolean;
}

/** The file with the block in place of the old one, or where it belongs. */
export function editBlock(old: Buffer | undefined, options: BlockOptions): Edit {
  const text = old?.toString('latin1') ?? '';
  const lines = splitLines(text);
  const begin = markerLine(options.marker, options.marker_begin);
  const end = markerLine(options.marker, options.marker_end);
  const block = blockLines(options, begin, end);
  const first = lines.lastIndexOf(begin);
  const last = lines.lastIndexOf(end);
  let index: number;
  if (first < 0 || last < 0) index = placeOf(text, lines, options);
  else {
    index = Math.min(first, last);
    lines.splice(index, Math.abs(last - first) + 1);
  }
  if (index > 0 && !lines[index - 1]!.endsWith('\n')) lines[index - 1] += '\n';
  if (block.length > 0) {
    const isBlank = (line: string | undefined) => line === undefined || line.trim() === '';
    if (options.prepend_newline && index > 0 && !isBlank(lines[index - 1])) block.unshift('\n');
    if (options.append_newline && index < lines.length && !isBlank(lines[index])) block.push('\n');
  }
  lines.splice(index, 0, ...block);
  const content = Buffer.from(lines.join(''), 'latin1');
  if (old?.equals(content)) return { content, message: '' };
  if (!old) return { content, message: 'File created' };
  return { content, message: block.length > 0 ? 'Block inserted' : 'Block removed' };
}

function markerLine(marker: string, word: string): string {
  return `${byteText(marker.replaceAll('{mark}', word))}\n`;
}

function blockLines(options: BlockOptions, begin: string, end: string): string[] {
  if (options.state === 'absent' || options.block === '') return [];
  const text = byteText(options.block);
  return [begin, ...splitLines(text.endsWith('\n') ? text : `${text}\n`), end];
}

function placeOf(text: string, lines: readonly string[], options: BlockOptions): number {
  const { insertafter, insertbefore } = options;
  const pattern =
    insertafter !== undefined && insertafter !== 'EOF'
      ? insertafter
      : insertbefore !== undefined && insertbefore !== 'BOF'
        ? insertbefore
        : undefined;
  if (pattern === undefined) return insertbefore === 'BOF' ? 0 : lines.length;
  const regex = compilePython(byteText(pattern), { bytes: true });
  const isAfter = insertafter !== undefined;
  if (/^\(\?[a-zA-Z]*m/.test(pattern)) {
    const match = searchFrom(regex, text);
    if (!match) return lines.length;
    const offset = isAfter ? match.index + match[0].length : match.index;
    return text.slice(0, offset).split('\n').length - 1 + (isAfter ? 1 : 0);
  }
  const found = lines.findLastIndex((line) => searchFrom(regex, line) !== undefined);
  if (found < 0) return lines.length;
  return isAfter ? found + 1 : found;
}

/** Lines with their ends, as Python splits bytes: \n, \r or \r\n. */
function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}
