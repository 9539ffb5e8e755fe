import type { ServiceManager, UnitState } from '../observe/unit.ts';
import { joinSh, rawSh, type Sh, sh } from '../shell/sh.ts';
import type { ServiceRequest, StateAction } from './service-plan.ts';

/** daemon-reexec and daemon-reload, when they are asked for. */
export function managerCommand(
  request: Pick<ServiceRequest, 'scope' | 'daemonReexec' | 'daemonReload'>,
): Sh | undefined {
  const commands: Sh[] = [];
  if (request.daemonReexec) commands.push(sh`${systemctl(request)} daemon-reexec`);
  if (request.daemonReload && request.scope !== 'global') {
    commands.push(sh`${systemctl(request)} daemon-reload`);
  }
  return commands.length > 0 ? joinSh(commands, ' || exit\n') : undefined;
}

export function maskCommand(request: ServiceRequest): Sh {
  return sh`${systemctl(request)} ${request.masked ? 'mask' : 'unmask'} -- ${request.name}`;
}

export function enableCommand(request: ServiceRequest, manager: ServiceManager): Sh {
  const name = request.name;
  if (manager === 'systemd') {
    const words = [request.enabled ? 'enable' : 'disable', ...(request.force ? ['--force'] : [])];
    return sh`${systemctl(request)} ${words} -- ${name}`;
  }
  if (manager === 'openrc') {
    return sh`rc-update ${request.enabled ? 'add' : 'del'} ${name} ${request.runlevel}`;
  }
  return request.enabled
    ? sh`if command -v update-rc.d >/dev/null; then update-rc.d ${name} defaults && update-rc.d ${name} enable; else chkconfig ${name} on; fi`
    : sh`if command -v update-rc.d >/dev/null; then update-rc.d ${name} disable; else chkconfig ${name} off; fi`;
}

/** After a start or restart the unit is looked at again: one that dies at once is a failure. */
export function stateCommand(request: ServiceRequest, before: UnitState, action: StateAction): Sh {
  const { name } = request;
  const more = request.arguments ? [request.arguments] : [];
  if (before.manager === 'openrc') return sh`rc-service ${name} ${action} ${more} </dev/null`;
  if (before.manager !== 'systemd') return sh`service ${name} ${action} ${more} </dev/null`;
  const block = request.noBlock ? ['--no-block'] : [];
  const call = (verb: string) => sh`${systemctl(request)} ${[...block, verb]} -- ${name}`;
  const doing =
    action === 'restart' && request.sleep !== undefined
      ? sh`${call('stop')} && sleep ${request.sleep} && ${call('start')}`
      : call(action);
  if (action === 'stop' || request.noBlock) return doing;
  return sh`{ ${doing}; } || { s=$?; ${systemctl(request)} status --no-pager -n 10 -- ${name} >&2; exit "$s"; }
if ${systemctl(request)} is-failed --quiet -- ${name}; then ${systemctl(request)} status --no-pager -n 10 -- ${name} >&2; exit 1; fi`;
}

function systemctl(request: { readonly scope: string }): Sh {
  if (request.scope === 'system') return rawSh('systemctl');
  if (request.scope === 'global') return rawSh('systemctl --global');
  return rawSh('XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" systemctl --user');
}
