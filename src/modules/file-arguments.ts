import { type Static, Type } from 'typebox';
import { attributeArguments } from './file-attributes.ts';

/** What `file` takes. */
export const fileArguments = Type.Object({
  path: Type.String({ description: 'What is to be managed.' }),
  state: Type.Optional(
    Type.Union(
      ['absent', 'directory', 'file', 'hard', 'link', 'touch'].map((name) => Type.Literal(name)),
      { description: 'What is to be there; by default what is there already, else `file`.' },
    ),
  ),
  src: Type.Optional(
    Type.String({ description: 'What the link leads to, for `link` and `hard`.' }),
  ),
  ...attributeArguments,
  recurse: Type.Boolean({
    description: 'Set mode, owner and group of all that is in the folder too.',
    default: false,
  }),
  force: Type.Boolean({
    description: 'Make links to what does not exist, and in place of what does.',
    default: false,
  }),
  follow: Type.Boolean({ description: 'Manage what a link leads to.', default: true }),
  modification_time: Type.Optional(
    Type.String({ description: '`preserve`, `now`, or a time in `modification_time_format`.' }),
  ),
  modification_time_format: Type.String({
    description: 'Of %Y %m %d %H %M %S.',
    default: '%Y%m%d%H%M.%S',
  }),
  access_time: Type.Optional(
    Type.String({ description: '`preserve`, `now`, or a time in `access_time_format`.' }),
  ),
  access_time_format: Type.String({
    description: 'Of %Y %m %d %H %M %S.',
    default: '%Y%m%d%H%M.%S',
  }),
});

export type FileArgs = Static<typeof fileArguments>;

/** The state that is asked for, given what is there. */
export type WantedState = 'absent' | 'directory' | 'file' | 'hard' | 'link' | 'touch';
