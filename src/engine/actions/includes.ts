import { Type } from 'typebox';
import type { EngineAction } from './action.ts';

/** Includes and meta change the walk itself: these say what they take, `include.ts` and `meta.ts` do it. */
function structural(definition: Omit<EngineAction, 'run'>): EngineAction {
  return {
    ...definition,
    run: () => {
      throw new TypeError(`${definition.name} is not run as an action`);
    },
  };
}

const apply = Type.Optional(
  Type.Record(Type.String(), Type.Unknown(), {
    description: 'Keywords for all tasks that are included: tags, become, …',
  }),
);

export const includeTasks: EngineAction = structural({
  name: 'include_tasks',
  summary: 'Runs the tasks of a file, chosen when it is its turn.',
  args: Type.Object({
    file: Type.String({
      description: 'The tasks file, beside the one that includes it or in the role.',
    }),
    apply,
  }),
  aliases: {},
  freeForm: 'file',
  examples: ["- include_tasks: '{{ ansible_os_family | lower }}.yml'"],
  returns: { include: 'The file.' },
});

export const includeRole: EngineAction = structural({
  name: 'include_role',
  summary: 'Runs a role, chosen when it is its turn.',
  args: Type.Object({
    name: Type.String({ description: 'The role.' }),
    tasks_from: Type.Optional(Type.String({ description: 'Tasks file instead of main.' })),
    vars_from: Type.Optional(Type.String({ description: 'Vars file instead of main.' })),
    defaults_from: Type.Optional(Type.String({ description: 'Defaults file instead of main.' })),
    handlers_from: Type.Optional(Type.String({ description: 'Handlers file instead of main.' })),
    public: Type.Optional(
      Type.Boolean({ description: 'Later tasks see its defaults and vars.', default: false }),
    ),
    allow_duplicates: Type.Optional(
      Type.Boolean({ description: 'Runs even if it ran already.', default: true }),
    ),
    rolespec_validate: Type.Optional(
      Type.Boolean({ description: 'Checks its arguments by meta/argument_specs.', default: true }),
    ),
    apply,
  }),
  aliases: { role: 'name' },
  freeForm: undefined,
  examples: ['- include_role:\n    name: monitoring\n    tasks_from: agent'],
  returns: {},
});

export const metaAction: EngineAction = structural({
  name: 'meta',
  summary: 'Steers the run: handlers now, the end of a play or of a host.',
  args: Type.Object({
    action: Type.Union(
      [
        'flush_handlers',
        'end_play',
        'end_batch',
        'end_host',
        'clear_facts',
        'clear_host_errors',
        'reset_connection',
        'noop',
      ].map((name) => Type.Literal(name)),
      { description: 'What to do.' },
    ),
  }),
  aliases: {},
  freeForm: 'action',
  examples: ['- meta: flush_handlers'],
  returns: {},
});
