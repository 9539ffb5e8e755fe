import { Type } from 'typebox';
import { validateProblem } from './atomic-write.ts';
import { defineModule } from './contract.ts';
import { attributeArguments, attributeProblems } from './file-attributes.ts';
import { absentLine, patternProblem, presentLine } from './line-edit.ts';
import {
  decideEdit,
  editArguments,
  editObservations,
  editRefinement,
  pathAliases,
  unknownEdit,
} from './text-edit.ts';

export const lineinfile = defineModule({
  name: 'lineinfile',
  summary: 'Ensures that a line is in a file, or is not.',
  args: Type.Object({
    ...editArguments,
    ...attributeArguments,
    state: Type.Union([Type.Literal('present'), Type.Literal('absent')], {
      description: 'Whether the line is to be there.',
      default: 'present',
    }),
    line: Type.Optional(Type.String({ description: 'The line, without its end.' })),
    regexp: Type.Optional(
      Type.String({
        description: 'The line to replace (the last that matches) or to remove (all).',
      }),
    ),
    search_string: Type.Optional(
      Type.String({ description: 'Literal text in place of `regexp`.' }),
    ),
    insertafter: Type.Optional(
      Type.String({ description: 'EOF, BOF or a regular expression: after its last match.' }),
    ),
    insertbefore: Type.Optional(
      Type.String({ description: 'BOF or a regular expression: before its last match.' }),
    ),
    backrefs: Type.Boolean({
      description:
        '`line` holds groups of `regexp` (\\1); nothing happens where it does not match.',
      default: false,
    }),
    firstmatch: Type.Boolean({
      description: 'The first match counts instead of the last.',
      default: false,
    }),
    create: Type.Boolean({ description: 'Make the file if it is not there.', default: false }),
  }),
  aliases: { ...pathAliases, regex: 'regexp', value: 'line' },
  examples: [
    "- name: No root login with a password\n  lineinfile:\n    path: /etc/ssh/sshd_config\n    regexp: '^#?PermitRootLogin'\n    line: PermitRootLogin prohibit-password\n    validate: sshd -t -f %s\n  notify: Reload sshd",
  ],
  returns: {
    msg: '`line added`, `line replaced`, `2 line(s) removed`.',
    found: 'How many lines were removed.',
    backup: 'Name of the backup, when one was made.',
  },
  check: (given) => {
    const problems = attributeProblems(given);
    const validate = given.validate === undefined ? undefined : validateProblem(given.validate);
    if (validate) problems.push(validate);
    const exclusive = [
      ['insertbefore', 'insertafter'],
      ['regexp', 'search_string'],
    ] as const;
    for (const [one, other] of exclusive) {
      if (given[one] !== undefined && given[other] !== undefined) {
        problems.push(`${one} and ${other} are mutually exclusive`);
      }
    }
    if (given.backrefs && given.search_string !== undefined) {
      problems.push('backrefs and search_string are mutually exclusive');
    }
    if (given.state === 'present') {
      if (given.backrefs && given.regexp === undefined) {
        problems.push('regexp is required with backrefs=true');
      }
      if (given.line === undefined) problems.push('line is required with state=present');
    } else if (
      given.regexp === undefined &&
      given.search_string === undefined &&
      given.line === undefined
    ) {
      problems.push('one of line, search_string, or regexp is required with state=absent');
    }
    for (const pattern of [given.regexp, given.insertafter, given.insertbefore]) {
      const problem = pattern === undefined ? undefined : patternProblem(pattern);
      if (problem) problems.push(problem);
    }
    return problems;
  },
  observe: (given) => editObservations(given.path),
  refine: (_given, observed: Record<string, unknown>) => editRefinement(observed),
  decide: (given, observed: Record<string, unknown>) => {
    const at = observed.at as { exists: boolean };
    if (given.state === 'absent' && !at.exists) {
      return {
        kind: 'unchanged',
        reason: `${given.path} does not exist`,
        result: { msg: 'file not present' },
      };
    }
    const { mode, owner, group } = given;
    const request = {
      path: given.path,
      backup: given.backup,
      validate: given.validate,
      attributes: { mode, owner, group },
      create: given.create && given.state === 'present',
      backupKey: 'backup',
    } as const;
    return decideEdit(request, observed, (old) =>
      given.state === 'absent'
        ? absentLine(old ?? Buffer.alloc(0), given)
        : presentLine(old ?? Buffer.alloc(0), { ...given, line: given.line! }),
    );
  },
  decideUnknown: (_given, observed: Record<string, unknown>) => unknownEdit(observed),
});
