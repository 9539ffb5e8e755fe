import { Type } from 'typebox';
import { unit } from '../observe/unit.ts';
import { defineModule } from './contract.ts';
import { decideService, decideUnknownService } from './service-plan.ts';

export const service = defineModule({
  name: 'service',
  summary: 'Starts, stops, restarts and enables services of systemd, OpenRC or SysV init.',
  args: Type.Object({
    name: Type.String({ description: 'The service.' }),
    state: Type.Optional(
      Type.Union(
        [
          Type.Literal('started'),
          Type.Literal('stopped'),
          Type.Literal('restarted'),
          Type.Literal('reloaded'),
        ],
        { description: 'restarted and reloaded are done each time; both start what is stopped.' },
      ),
    ),
    enabled: Type.Optional(Type.Boolean({ description: 'Whether it starts at boot.' })),
    sleep: Type.Optional(
      Type.Integer({ description: 'Seconds between stop and start of a restart.', minimum: 0 }),
    ),
    arguments: Type.Optional(
      Type.String({ description: 'Passed to init scripts; systemd takes none.' }),
    ),
    runlevel: Type.Optional(Type.String({ description: 'OpenRC only.', default: 'default' })),
    use: Type.Optional(
      Type.Union(
        ['auto', 'systemd', 'sysvinit', 'openrc', 'service'].map((word) => Type.Literal(word)),
        {
          description: 'Taken for compatibility: the host is asked what it has.',
          default: 'auto',
        },
      ),
    ),
  }),
  aliases: { args: 'arguments' },
  examples: [
    '- name: nginx runs and starts at boot\n  service:\n    name: nginx\n    state: started\n    enabled: true',
  ],
  returns: {
    name: 'The service.',
    state: '`started` or `stopped`, when state was given.',
    enabled: 'As asked for.',
    status: 'What the service manager says.',
  },
  check: (args) =>
    args.state === undefined && args.enabled === undefined
      ? ['one of state and enabled is needed']
      : [],
  observe: (args) => ({ unit: unit(args.name) }),
  decide: (args, observed) =>
    decideService(
      {
        name: args.name,
        scope: 'system',
        ...(args.state !== undefined && { state: args.state }),
        ...(args.enabled !== undefined && { enabled: args.enabled }),
        ...(args.sleep !== undefined && { sleep: args.sleep }),
        ...(args.arguments !== undefined && { arguments: args.arguments }),
        runlevel: args.runlevel ?? 'default',
        daemonReload: false,
        daemonReexec: false,
        noBlock: false,
        force: false,
        checkMode: false,
      },
      observed.unit,
    ),
  decideUnknown: (args) => decideUnknownService(args.name, args.state),
});
