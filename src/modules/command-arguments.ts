import { Type } from 'typebox';

/** The arguments that command, shell and script share. */
export const commandArguments = {
  creates: Type.Optional(
    Type.String({ description: 'A path or pattern; when it exists the command is not run.' }),
  ),
  removes: Type.Optional(
    Type.String({
      description: 'A path or pattern; when it does not exist the command is not run.',
    }),
  ),
  chdir: Type.Optional(Type.String({ description: 'Folder to run it in.' })),
  stdin: Type.Optional(Type.String({ description: 'Text for its standard input.' })),
  stdin_add_newline: Type.Boolean({ description: 'End `stdin` with a newline.', default: true }),
  strip_empty_ends: Type.Boolean({
    description: 'Drop newlines at the end of stdout and stderr.',
    default: true,
  }),
};

export const commandReturns = {
  rc: 'Exit status.',
  stdout: 'Standard output.',
  stderr: 'Standard error.',
  stdout_lines: 'Standard output in lines.',
  stderr_lines: 'Standard error in lines.',
  cmd: 'What was run.',
};
