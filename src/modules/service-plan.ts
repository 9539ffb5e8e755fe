import type { CommandResult } from '../connection/connection.ts';
import type { Diff } from '../events.ts';
import { predict } from '../observe/observation.ts';
import { type UnitScope, type UnitState, unit } from '../observe/unit.ts';
import { joinSh, type Sh } from '../shell/sh.ts';
import type { Completion, Decision, ResultData } from './contract.ts';
import { enableCommand, managerCommand, maskCommand, stateCommand } from './service-commands.ts';

export interface ServiceRequest {
  readonly name: string;
  readonly scope: UnitScope;
  readonly state?: 'started' | 'stopped' | 'restarted' | 'reloaded';
  readonly enabled?: boolean;
  readonly masked?: boolean;
  readonly daemonReload: boolean;
  readonly daemonReexec: boolean;
  readonly noBlock: boolean;
  readonly force: boolean;
  readonly runlevel: string;
  /** Seconds between stop and start of a restart. */
  readonly sleep?: number;
  readonly arguments?: string;
  readonly checkMode: boolean;
}

/** What service and systemd decide alike. */
export function decideService(request: ServiceRequest, before: UnitState): Decision {
  const refusal = refused(request, before);
  if (refusal)
    return {
      kind: 'failed',
      message: refusal.message,
      ...(refusal.hint && { hint: refusal.hint }),
    };
  const mask = request.masked !== undefined && request.masked !== isMasked(before);
  const enable = request.enabled !== undefined && needsEnabling(request.enabled, before);
  const action = stateAction(request.state, before);
  if (!mask && !enable && !action) return nothingToDo(request, before);
  const after = afterwards(request, before, { mask, enable, action });
  return {
    kind: 'change',
    summary: summaryOf(request, { mask, enable, action }),
    diff: diffOf(request, before, after),
    apply: [{ script: script(request, before, { mask, enable, action }) }],
    touches: 'everything',
    predicts: [predict(unit(request.name, request.scope), after)],
    result: resultOf(request, after),
    complete: (outputs) => completion(request, after, outputs, action),
    verify: verifiable(request, before, action),
  };
}

/**
 * Check mode, when a package that an earlier task installs may bring the service: a restart or reload is
 * done in any case, everything else depends on what the package does.
 */
export function decideUnknownService(name: string, state: ServiceRequest['state']): Decision {
  if (state !== 'restarted' && state !== 'reloaded') {
    return {
      kind: 'unknown',
      reason: `whether ${name} will be running is known once its package or its file is there`,
      result: { name },
    };
  }
  return {
    kind: 'change',
    summary: state === 'restarted' ? 'restart' : 'reload',
    diff: [],
    apply: [],
    touches: 'everything',
    predicts: [],
    result: { name, state: 'started' },
    verify: false,
  };
}

export type StateAction = 'start' | 'stop' | 'restart' | 'reload';

interface Steps {
  readonly mask: boolean;
  readonly enable: boolean;
  readonly action: StateAction | undefined;
}

export function isRunning(state: UnitState): boolean {
  return ['active', 'activating', 'reloading', 'refreshing'].includes(state.activeState);
}

function isMasked(state: UnitState): boolean {
  return state.loadState === 'masked' || /^masked/.test(state.unitFileState);
}

/** Static, generated and the like have nothing to enable and count as both. */
function needsEnabling(wanted: boolean, state: UnitState): boolean {
  if (['static', 'transient'].includes(state.unitFileState)) return false;
  const enabled = ['enabled', 'enabled-runtime', 'generated'].includes(state.unitFileState);
  return wanted !== enabled;
}

function stateAction(wanted: ServiceRequest['state'], state: UnitState): StateAction | undefined {
  const running = isRunning(state);
  if (wanted === 'started') return running ? undefined : 'start';
  if (wanted === 'stopped')
    return running || state.activeState === 'deactivating' ? 'stop' : undefined;
  if (wanted === 'restarted') return running ? 'restart' : 'start';
  if (wanted === 'reloaded') return running ? 'reload' : 'start';
  return undefined;
}

function refused(
  request: ServiceRequest,
  state: UnitState,
): { message: string; hint?: string } | undefined {
  if (state.manager === 'none') {
    return {
      message: `this host has no service manager that is known (systemd, OpenRC, SysV init) for ${request.name}`,
    };
  }
  const asksMore = request.state !== undefined || request.enabled !== undefined;
  if (state.loadState === 'not-found' && asksMore) {
    return {
      message: `there is no service ${request.name} on this host`,
      hint: 'Check the name (systemctl list-unit-files) and whether its package is installed by an earlier task.',
    };
  }
  if (isBroken(state) && !isToBeReread(request, state)) {
    return {
      message: `the unit ${request.name} cannot be loaded (${state.loadState})`,
      hint: `Look with 'systemctl status ${request.name}' and 'systemd-analyze verify'.`,
    };
  }
  const staysMasked = isMasked(state) && request.masked !== false;
  const starts = request.state !== undefined && request.state !== 'stopped';
  if ((staysMasked || request.masked === true) && (starts || request.enabled === true)) {
    return {
      message: `${request.name} is masked and cannot be ${starts ? 'started' : 'enabled'}`,
      hint: 'Set masked: false, or leave state and enabled out.',
    };
  }
  if (request.masked !== undefined && state.manager !== 'systemd') {
    return { message: `masked needs systemd; this host has ${state.manager}` };
  }
  return undefined;
}

function isBroken({ loadState }: UnitState): boolean {
  return loadState === 'bad-setting' || loadState === 'error';
}

/**
 * What systemd knows is older than the unit file. Of a file that was removed and written again while its
 * process ran it says `error`, and that nothing has to be reloaded.
 */
function isToBeReread(request: ServiceRequest, state: UnitState): boolean {
  return request.daemonReload && (state.needDaemonReload || state.loadState === 'error');
}

/** A daemon-reload is done while applying and, as in Ansible, is no change by itself. */
function nothingToDo(request: ServiceRequest, state: UnitState): Decision {
  const reload = request.daemonReexec || isToBeReread(request, state);
  if (!reload || request.checkMode) {
    return {
      kind: 'unchanged',
      reason: reasonOf(request, state),
      result: resultOf(request, state),
    };
  }
  return {
    kind: 'change',
    summary: request.daemonReexec ? 'daemon-reexec' : 'daemon-reload',
    diff: [],
    apply: [{ script: managerCommand(request)! }],
    touches: 'everything',
    predicts: [predict(unit(request.name, request.scope), reread(state))],
    complete: () => ({ result: resultOf(request, state), changed: false }),
    upkeep: true,
    verify: isBroken(state),
  };
}

/** As a daemon-reload leaves it, if all is well. */
function reread(state: UnitState): UnitState {
  return {
    ...state,
    needDaemonReload: false,
    ...(isBroken(state) && { loadState: 'loaded' }),
  };
}

function script(request: ServiceRequest, before: UnitState, steps: Steps): Sh {
  const commands: Sh[] = [];
  const manager = before.manager === 'systemd' ? managerCommand(request) : undefined;
  if (manager) commands.push(manager);
  if (steps.mask) commands.push(maskCommand(request));
  if (steps.enable) commands.push(enableCommand(request, before.manager));
  if (steps.action) commands.push(stateCommand(request, before, steps.action));
  return joinSh(commands, ' || exit\n');
}

function afterwards(request: ServiceRequest, before: UnitState, steps: Steps): UnitState {
  const running = steps.action !== undefined && steps.action !== 'stop' && !before.transitory;
  return {
    ...before,
    ...(request.daemonReload && reread(before)),
    ...(steps.mask && {
      loadState: request.masked ? 'masked' : 'loaded',
      unitFileState: request.masked ? 'masked' : 'disabled',
    }),
    ...(steps.enable && { unitFileState: request.enabled ? 'enabled' : 'disabled' }),
    ...(running && { activeState: 'active', subState: 'running' }),
    ...(steps.action === 'stop' && { activeState: 'inactive', subState: 'dead', mainPid: 0 }),
  };
}

/** Restarts are done each time; units that end at once and jobs not waited for cannot be seen running. */
function verifiable(
  request: ServiceRequest,
  before: UnitState,
  action: StateAction | undefined,
): boolean {
  if (request.state === 'restarted' || request.state === 'reloaded' || request.noBlock)
    return false;
  if (before.unitFileState === 'indirect' || before.unitFileState === 'alias') return false;
  return !(action === 'start' && before.transitory);
}

function completion(
  request: ServiceRequest,
  after: UnitState,
  outputs: readonly CommandResult[],
  action: StateAction | undefined,
): Completion {
  const result = resultOf(request, after);
  const failed = outputs.find((output) => output.status !== 0);
  if (!failed) return { result };
  const said = `${failed.stderr.toString()}${failed.stdout.toString()}`.trim().slice(-2000);
  return {
    result: { ...result, rc: failed.status },
    failed: `${request.name} could not be ${words[action ?? 'enable'] ?? 'changed'}: ${said}`,
  };
}

const words: Readonly<Record<string, string>> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  reload: 'reloaded',
  enable: 'enabled or disabled',
};

function resultOf(request: ServiceRequest, state: UnitState): ResultData {
  return {
    name: request.name,
    ...(request.state !== undefined && {
      state: request.state === 'stopped' ? 'stopped' : 'started',
    }),
    ...(request.enabled !== undefined && { enabled: request.enabled }),
    status: {
      Id: state.id,
      LoadState: state.loadState,
      ActiveState: state.activeState,
      SubState: state.subState,
      UnitFileState: state.unitFileState,
      MainPID: String(state.mainPid),
      NeedDaemonReload: state.needDaemonReload ? 'yes' : 'no',
    },
  };
}

function summaryOf(request: ServiceRequest, steps: Steps): string {
  return [
    steps.mask && (request.masked ? 'mask' : 'unmask'),
    steps.enable && (request.enabled ? 'enable' : 'disable'),
    steps.action,
  ]
    .filter(Boolean)
    .join(', ');
}

/** A restart leaves everything as it was: there is nothing to show. */
function diffOf(request: ServiceRequest, before: UnitState, after: UnitState): Diff[] {
  const texts = { before: attributes(request, before), after: attributes(request, after) };
  return texts.before === texts.after ? [] : [{ header: request.name, ...texts }];
}

function attributes(request: ServiceRequest, state: UnitState): string {
  const lines = [`name: ${request.name}`];
  if (request.masked !== undefined) lines.push(`masked: ${isMasked(state)}`);
  if (request.enabled !== undefined) lines.push(`enabled: ${state.unitFileState || 'false'}`);
  if (request.state !== undefined) lines.push(`state: ${state.activeState} (${state.subState})`);
  return `${lines.join('\n')}\n`;
}

function reasonOf(request: ServiceRequest, state: UnitState): string {
  const parts: string[] = [];
  if (request.state) parts.push(`${state.activeState} (${state.subState})`);
  if (request.enabled !== undefined) parts.push(state.unitFileState || 'not enabled');
  if (request.masked !== undefined) parts.push(request.masked ? 'masked' : 'not masked');
  if (parts.length === 0)
    return `${request.name}: no unit file changed since the last daemon-reload`;
  return `${request.name} is ${parts.join(', ')}`;
}
