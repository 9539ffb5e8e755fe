import { type Static, Type } from 'typebox';
import { attributeArguments } from './file-attributes.ts';

/** What `template` takes. */
export const templateArguments = Type.Object({
  src: Type.String({ description: 'Template on the controller, searched in `templates/`.' }),
  dest: Type.String({ description: 'Where on the host.' }),
  ...attributeArguments,
  backup: Type.Boolean({ description: 'Keep the old file under a dated name.', default: false }),
  force: Type.Boolean({
    description: 'Replace a file with other content; false leaves what is there.',
    default: true,
  }),
  validate: Type.Optional(
    Type.String({
      description: 'Command that checks the new file (%s) before it is put in place.',
    }),
  ),
  follow: Type.Boolean({
    description: 'Write where a link at `dest` leads; false replaces the link.',
    default: false,
  }),
  trim_blocks: Type.Boolean({
    description: 'Drop the newline after a block tag.',
    default: true,
  }),
  lstrip_blocks: Type.Boolean({
    description: 'Drop blanks before a block tag at the start of a line.',
    default: false,
  }),
  newline_sequence: Type.Union(
    ['\n', '\r', '\r\n', '\\n', '\\r', '\\r\\n'].map((text) => Type.Literal(text)),
    { description: 'How lines end in the result.', default: '\n' },
  ),
  output_encoding: Type.String({ description: 'Encoding of the result.', default: 'utf-8' }),
  variable_start_string: Type.Optional(Type.String({ description: 'In place of `{{`.' })),
  variable_end_string: Type.Optional(Type.String({ description: 'In place of `}}`.' })),
  block_start_string: Type.Optional(Type.String({ description: 'In place of `{%`.' })),
  block_end_string: Type.Optional(Type.String({ description: 'In place of `%}`.' })),
  comment_start_string: Type.Optional(Type.String({ description: 'In place of `{#`.' })),
  comment_end_string: Type.Optional(Type.String({ description: 'In place of `#}`.' })),
});

export type TemplateArgs = Static<typeof templateArguments>;
