import { backendSection } from './backend-cfg.ts';
import type { Frontend, Params } from './params.ts';
import { downScript, stateFile } from './paths.ts';
import { type Section, sectionText } from './section.ts';
import { modeOf, type Surroundings, serversOf } from './servers.ts';
import { milliseconds } from './times.ts';

/** The whole /etc/haproxy/haproxy.cfg. `host` is the name in X-Served-By-Balancer. */
export function haproxyCfg(params: Params, host: string, around: Surroundings): string {
  const sections = [
    globalSection(params),
    defaultsSection(params),
    statsSection(params),
    ...params.frontends.map((frontend) => frontendSection(frontend, params, host)),
    ...params.backends.map((backend) =>
      backendSection(backend, modeOf(backend, params), serversOf(backend, around), params),
    ),
  ];
  return `# Written by rolecall, role load-balancer; changes made here are lost.\n\n${sections.map(sectionText).join('\n')}`;
}

/** Paths, user and socket are those of Debian's package. */
function globalSection({ hardStopAfter, maxConnections }: Params): Section {
  return [
    'global',
    'log /dev/log local0',
    'log /dev/log local1 notice',
    'chroot /var/lib/haproxy',
    'stats socket /run/haproxy/admin.sock mode 660 level admin',
    'stats timeout 30s',
    'user haproxy',
    'group haproxy',
    'daemon',
    `hard-stop-after ${hardStopAfter}`,
    `close-spread-time ${closeSpread(hardStopAfter)}ms`,
    `server-state-file ${stateFile}`,
    `lua-load ${downScript}`,
    ...(maxConnections === undefined ? [] : [`maxconn ${maxConnections}`]),
  ];
}

/**
 * After a reload the old process says goodbye in answers for so long before it closes idle connections; at
 * once, it would close some just as the next request comes in.
 */
function closeSpread(hardStopAfter: string): number {
  return Math.round(Math.min(10_000, milliseconds(hardStopAfter) / 2));
}

function defaultsSection({ timeouts, retry }: Params): Section {
  return [
    'defaults',
    'log global',
    'option dontlognull',
    'load-server-state-from-file global',
    `timeout connect ${timeouts.connect}`,
    `timeout client ${timeouts.client}`,
    `timeout server ${timeouts.server}`,
    `timeout check ${timeouts.check}`,
    'timeout http-request 10s',
    `retries ${retry.retries}`,
    ...(retry.redispatch ? ['option redispatch 1'] : ['no option redispatch']),
  ];
}

function statsSection({ stats }: Params): Section {
  return [
    'frontend stats',
    `bind 127.0.0.1:${stats.port}`,
    'mode http',
    'no log',
    'http-request use-service prometheus-exporter if { path /metrics }',
    'stats enable',
    'stats uri /stats',
    'stats refresh 10s',
  ];
}

function frontendSection(frontend: Frontend, params: Params, host: string): Section {
  const { name, bind, port, mode, backend, clientTimeout } = frontend;
  const isHttp = mode === 'http';
  return [
    `frontend ${name}`,
    `bind ${bindAddress(bind, port)}`,
    `mode ${mode}`,
    isHttp ? 'option httplog' : 'option tcplog',
    ...(clientTimeout === undefined ? [] : [`timeout client ${clientTimeout}`]),
    ...(isHttp ? headers(params, host) : []),
    `default_backend ${backend}`,
  ];
}

/** The balancer is the edge: what clients say about themselves in these headers is replaced. */
function headers({ identify }: Params, host: string): string[] {
  return [
    'unique-id-format %[uuid()]',
    'http-request set-header X-Request-Id %[unique-id]',
    'http-request set-header X-Forwarded-For %[src]',
    'http-request set-header X-Forwarded-Proto http',
    '# METH_GET is GET and HEAD: the server may have acted on other requests before it failed.',
    'http-request disable-l7-retry unless METH_GET',
    'http-after-response set-header X-Request-Id %[unique-id]',
    ...(identify ? [`http-after-response set-header X-Served-By-Balancer ${host}`] : []),
  ];
}

function bindAddress(bind: string, port: number): string {
  if (bind === '::') return `[::]:${port} v4v6`;
  return bind.includes(':') ? `[${bind}]:${port} v6only` : `${bind}:${port}`;
}
