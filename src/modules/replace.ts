import { Type } from 'typebox';
import { compilePython, RegexError, searchFrom, substitute } from '../regex.ts';
import { validateProblem } from './atomic-write.ts';
import { defineModule } from './contract.ts';
import { attributeArguments, attributeProblems } from './file-attributes.ts';
import { patternProblem } from './line-edit.ts';
import { encodings } from './template-render.ts';
import {
  decideEdit,
  type Edit,
  editArguments,
  editObservations,
  editRefinement,
  pathAliases,
  unknownEdit,
} from './text-edit.ts';

export const replace = defineModule({
  name: 'replace',
  summary: 'Replaces every match of a regular expression in a file.',
  args: Type.Object({
    ...editArguments,
    ...attributeArguments,
    regexp: Type.String({ description: 'What is replaced; ^ and $ match at each line.' }),
    replace: Type.String({
      description: 'What takes its place, with \\1 or \\g<name> for groups; empty removes it.',
      default: '',
    }),
    after: Type.Optional(
      Type.String({ description: 'Only what comes after this regular expression.' }),
    ),
    before: Type.Optional(
      Type.String({ description: 'Only what comes before this regular expression.' }),
    ),
    encoding: Type.String({ description: 'Encoding of the file.', default: 'utf-8' }),
  }),
  aliases: pathAliases,
  examples: [
    "- name: All listeners on another port\n  replace:\n    path: /etc/app.conf\n    regexp: '^(listen\\s+)80$'\n    replace: '\\g<1>8080'",
  ],
  returns: {
    msg: '`3 replacements made`.',
    backup_file: 'Name of the backup, when one was made.',
  },
  check: (given) => {
    const problems = attributeProblems(given);
    const validate = given.validate === undefined ? undefined : validateProblem(given.validate);
    if (validate) problems.push(validate);
    if (!encodings.has(given.encoding.toLowerCase())) {
      problems.push(
        `encoding is '${given.encoding}'; expected one of ${[...encodings.keys()].join(', ')}`,
      );
    }
    for (const pattern of [given.regexp, given.after, given.before]) {
      const problem = pattern === undefined ? undefined : patternProblem(pattern, {});
      if (problem) problems.push(problem);
    }
    return problems;
  },
  observe: (given) => editObservations(given.path),
  refine: (_given, observed: Record<string, unknown>) => editRefinement(observed),
  decide: (given, observed: Record<string, unknown>) => {
    const { mode, owner, group } = given;
    const request = {
      path: given.path,
      backup: given.backup,
      validate: given.validate,
      attributes: { mode, owner, group },
      create: false,
      backupKey: 'backup_file',
    } as const;
    return decideEdit(request, observed, (old) => editMatches(old!, given));
  },
  decideUnknown: (_given, observed: Record<string, unknown>) => unknownEdit(observed),
});

interface ReplaceOptions {
  readonly regexp: string;
  readonly replace: string;
  readonly after?: string;
  readonly before?: string;
  readonly encoding: string;
}

/** The file with every match replaced, within the section that `after` and `before` leave. */
export function editMatches(old: Buffer, options: ReplaceOptions): Edit {
  const encoding = encodings.get(options.encoding.toLowerCase()) ?? 'utf8';
  const text = old.toString(encoding);
  if (!Buffer.from(text, encoding).equals(old)) {
    throw new RegexError(
      `the file is not valid ${options.encoding}; set encoding to latin-1 to edit it as bytes`,
    );
  }
  const unchanged = { content: old, message: '' };
  const section = sectionOf(text, options);
  if (typeof section === 'string') return { ...unchanged, result: { rc: 0, msg: section } };
  const regex = compilePython(options.regexp, { multiline: true });
  const done = substitute(regex, options.replace, text.slice(section.from, section.to));
  if (done.count === 0) return { ...unchanged, result: { rc: 0 } };
  const replaced = text.slice(0, section.from) + done.text + text.slice(section.to);
  return {
    content: Buffer.from(replaced, encoding),
    message: `${done.count} replacements made`,
    result: { rc: 0 },
  };
}

function sectionOf(text: string, options: ReplaceOptions): { from: number; to: number } | string {
  const { after, before } = options;
  if (after === undefined && before === undefined) return { from: 0, to: text.length };
  const inner = `(?P<subsection>.*${after !== undefined && before !== undefined ? '?' : ''})`;
  const pattern = `${after ?? ''}${inner}${before ?? ''}`;
  const match = searchFrom(compilePython(pattern, { dotAll: true }), text);
  const range = match?.indices?.groups?.subsection;
  if (!range) return `Pattern for before/after params did not match the given file: ${pattern}`;
  return { from: range[0], to: range[1] };
}
