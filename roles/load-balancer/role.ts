import { apt, bringsUnit, defineRole, systemd, template } from 'rolecall';
import { decisions, examples } from './about.ts';
import { edges, endpoints } from './edges.ts';
import { haproxyCfg } from './haproxy-cfg.ts';
import { params } from './params.ts';
import { adminSocket, configFile, downScript, stateFile } from './paths.ts';
import { reload } from './reload.ts';
import { rules } from './rules.ts';
import { serverDownLua } from './server-down.ts';
import { serverStates } from './server-states.ts';
import { milliseconds } from './times.ts';

export default defineRole({
  name: 'load-balancer',
  summary:
    'Spreads requests over servers with HAProxy: health checks, retries, draining, statistics.',
  params,
  examples,
  decisions,
  check: rules,
  publishes: endpoints,
  connects: edges,
  handlers: () => ({
    reload: reload('Reload HAProxy', { socket: adminSocket, stateFile }),
  }),
  tasks: ({ params: given, host, groups, fleet, handlers }) => [
    serverStates('Put servers in and out of service', {
      socket: adminSocket,
      maintenance: given.maintenance,
      drainSeconds: milliseconds(given.drainTimeout) / 1000,
    }),
    apt('Install HAProxy', { name: 'haproxy' }, { brings: [bringsUnit('haproxy')] }),
    template(
      'Cut the sessions of servers that go down',
      { dest: downScript, content: serverDownLua, mode: '0644' },
      { notify: handlers.reload },
    ),
    template(
      'Configure HAProxy',
      {
        dest: configFile,
        content: haproxyCfg(given, host.name, { groups, fleet }),
        mode: '0644',
        validate: 'haproxy -c -f %s',
      },
      { notify: handlers.reload },
    ),
    systemd('Run HAProxy, now and at boot', {
      ...{ name: 'haproxy', state: 'started', enabled: true, masked: false },
    }),
  ],
});
