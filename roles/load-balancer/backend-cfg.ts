import type { Backend, Params } from './params.ts';
import type { Section } from './section.ts';
import type { Server } from './servers.ts';
import { milliseconds } from './times.ts';

/** A backend with its servers; those in maintenance start disabled, so that it outlasts restarts. */
export function backendSection(
  backend: Backend,
  mode: 'http' | 'tcp',
  servers: readonly Server[],
  { retry, maintenance, timeouts: common }: Params,
): Section {
  const { algorithm, allBackups, check, timeouts = {} } = backend;
  const retriesRequests = mode === 'http' && backend.retry;
  return [
    `backend ${backend.name}`,
    `mode ${mode}`,
    `balance ${algorithm}`,
    ...(algorithm === 'source' ? ['hash-type consistent'] : []),
    ...(allBackups ? ['option allbackups'] : []),
    ...Object.entries(timeouts).map(([name, time]) => `timeout ${name} ${time}`),
    ...(retriesRequests ? [`retry-on ${retry.on.join(' ')}`] : []),
    ...(backend.retry ? [] : ['retries 0']),
    ...checkLines(backend, mode),
    `default-server ${defaults(check, timeouts.check ?? common.check)}`,
    ...servers.map((server) => serverLine(server, maintenance.includes(server.name))),
  ];
}

function checkLines({ check }: Backend, mode: 'http' | 'tcp'): string[] {
  if ((check.type ?? mode) === 'tcp') return ['option tcp-check'];
  return [
    'option httpchk',
    `http-check send meth GET uri ${check.path} ver HTTP/1.1 hdr Host ${check.host}`,
    `http-check expect status ${check.expect}`,
  ];
}

/**
 * `inter` is the time for a check and the pause behind it; HAProxy's own is the pause alone, and a check of
 * a server that hangs takes the longer of the two. The pause is what the longest check leaves, within
 * limits, so that a server that hangs is down after `fall` × `inter` + the timeout. The first connection of
 * a user that fails brings the next check forward.
 */
function defaults({ inter, fall, rise, port }: Backend['check'], timeout: string): string {
  const whole = milliseconds(inter);
  const soon = Math.max(1, Math.round(whole / 4));
  const left = Math.round(Math.min(whole - milliseconds(timeout), whole / 2));
  return [
    `check inter ${Math.max(left, soon)}ms fastinter ${soon}ms fall ${fall} rise ${rise}`,
    ...(port === undefined ? [] : [`port ${port}`]),
    'observe layer4 error-limit 1 on-error fastinter',
  ].join(' ');
}

function serverLine({ name, address, port, weight, backup }: Server, isOff: boolean): string {
  const host = address.includes(':') ? `[${address}]` : address;
  const flags = [...(backup ? ['backup'] : []), ...(isOff ? ['disabled'] : [])];
  return [`server ${name} ${host}:${port} weight ${weight}`, ...flags].join(' ');
}
