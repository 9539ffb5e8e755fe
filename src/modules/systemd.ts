import { Type } from 'typebox';
import { type UnitScope, unit } from '../observe/unit.ts';
import { type Decision, defineModule } from './contract.ts';
import { managerCommand } from './service-commands.ts';
import { decideService, decideUnknownService } from './service-plan.ts';

const flag = (description: string) => Type.Optional(Type.Boolean({ description, default: false }));

/** Also known as systemd_service. */
export const systemd = defineModule({
  name: 'systemd',
  summary: 'Manages systemd units: start, stop, enable, mask, daemon-reload.',
  args: Type.Object({
    name: Type.Optional(Type.String({ description: 'The unit; without a suffix a service.' })),
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
    masked: Type.Optional(Type.Boolean({ description: 'Whether it is impossible to start.' })),
    force: flag('Let enable replace symlinks of other units.'),
    daemon_reload: flag('Read changed unit files first; no change by itself.'),
    daemon_reexec: flag('Let systemd execute itself anew first; no change by itself.'),
    no_block: flag('Do not wait until the job is done.'),
    scope: Type.Optional(
      Type.Union([Type.Literal('system'), Type.Literal('user'), Type.Literal('global')], {
        description: "The system's manager, the connected user's, or enabling for all users.",
        default: 'system',
      }),
    ),
  }),
  aliases: {
    service: 'name',
    unit: 'name',
    'daemon-reload': 'daemon_reload',
    'daemon-reexec': 'daemon_reexec',
  },
  examples: [
    '- name: Read the new unit file and restart\n  systemd:\n    name: app\n    state: restarted\n    daemon_reload: true',
  ],
  returns: {
    name: 'The unit.',
    state: '`started` or `stopped`, when state was given.',
    enabled: 'As asked for.',
    status: 'Properties of the unit.',
  },
  check(args) {
    const problems: string[] = [];
    const asks = args.state ?? args.enabled ?? args.masked;
    if (asks !== undefined && args.name === undefined)
      problems.push('state, enabled and masked need name');
    if (asks === undefined && !args.daemon_reload && !args.daemon_reexec) {
      problems.push('one of state, enabled, masked, daemon_reload, daemon_reexec is needed');
    }
    if (args.scope === 'global' && args.state !== undefined) {
      problems.push('scope global has no state: it enables for all users');
    }
    return problems;
  },
  prepare: (_args, controller) => ({ checkMode: controller.checkMode }),
  observe: (args) => ({ unit: unit(args.name ?? '-', args.scope ?? 'system') }),
  decide(args, observed) {
    const state = observed.unit;
    if (state.manager !== 'systemd') {
      return { kind: 'failed', message: `systemd does not run on this host (${state.manager})` };
    }
    const scope: UnitScope = args.scope ?? 'system';
    const manager = {
      scope,
      daemonReload: args.daemon_reload ?? false,
      daemonReexec: args.daemon_reexec ?? false,
    };
    if (args.name === undefined) return reloadOnly(manager, args.checkMode);
    return decideService(
      {
        ...manager,
        name: args.name,
        ...(args.state !== undefined && { state: args.state }),
        ...(args.enabled !== undefined && { enabled: args.enabled }),
        ...(args.masked !== undefined && { masked: args.masked }),
        noBlock: args.no_block ?? false,
        force: args.force ?? false,
        runlevel: 'default',
        checkMode: args.checkMode,
      },
      state,
    );
  },
  decideUnknown(args): Decision {
    if (args.name === undefined) {
      return { kind: 'unchanged', reason: 'daemon-reload is no change by itself', result: {} };
    }
    return decideUnknownService(args.name, args.state);
  },
});

/** Without a unit nothing tells whether files changed, so it is done each time, but not in check mode. */
function reloadOnly(manager: Parameters<typeof managerCommand>[0], checkMode: boolean): Decision {
  const name = manager.daemonReexec ? 'daemon-reexec' : 'daemon-reload';
  if (checkMode) return { kind: 'unchanged', reason: `${name} is no change by itself`, result: {} };
  return {
    kind: 'change',
    summary: name,
    diff: [],
    apply: [{ script: managerCommand(manager)! }],
    touches: 'everything',
    predicts: [],
    complete: (outputs) => {
      const failed = outputs.find((output) => output.status !== 0);
      return {
        result: {},
        changed: false,
        ...(failed && { failed: failed.stderr.toString().trim() }),
      };
    },
    upkeep: true,
    verify: false,
  };
}
