import { apt, defineRole, file, systemd, template, user } from 'rolecall';
import { rootOf } from '../release/parameters.ts';
import {
  codebaseEdges,
  codebaseUrl,
  type Delivery,
  folderTasks,
  pruneTask,
  switchTask,
  unpackTasks,
} from '../release/release-tasks.ts';
import { databaseEdges } from './database.ts';
import { decisions } from './decisions.ts';
import { milliseconds, seconds } from './durations.ts';
import { configurationOf, environmentText, secretsText } from './environment.ts';
import { releaseMigrated } from './migrate.ts';
import { type AppParams, appParameters, configurationFolder, userOf } from './parameters.ts';
import { appProblems, membersOf } from './rules.ts';
import { serviceRunning } from './service-running.ts';
import { unitText } from './unit.ts';

export default defineRole({
  name: 'app',
  summary:
    'A Node service under systemd: releases, health gate, rollback, its environment and secrets.',
  params: appParameters,
  examples: [
    `- hosts: app
  vars:
    app:
      application: foobar
      release: { artifact: foobar-3f2a9c41d07b.tar.gz }
      database: { primary: db1, name: foobar, user: foobar, password: "{{ vault_foobar }}" }
      migrate: { command: [node, server.mjs, migrate] }
  roles: [app]`,
  ],
  decisions,
  check: appProblems,
  publishes: ({ params }) => [
    {
      ...{ name: 'http', port: params.service.port, protocol: 'tcp' },
      ...{ purpose: 'dynamic pages', reach: 'fleet' },
    },
  ],
  connects: ({ params, fleet }) => [
    ...codebaseEdges(params.codebase),
    ...databaseEdges(params, fleet),
  ],
  tasks: ({ params, host, fleet }) => {
    const { application, release, service, health, rollout } = params;
    const root = rootOf(params);
    const name = userOf(params);
    const etc = configurationFolder(params);
    const delivery = deliveryOf(params, fleet);
    const url = codebaseUrl(delivery);
    const source = { ...release, root, ...(url !== undefined && { url }) };
    const unitFile = `/etc/systemd/system/${application}.service`;
    const environment = environmentText(params, host, fleet);
    const unit = unitText(params);
    const configuration = configurationOf(params, [environment, unit]);
    const isFirst = membersOf(application, fleet)[0] === host.name;
    return [
      user(`Add the user ${name}`, {
        ...{ name, system: true, create_home: false, home: '/nonexistent' },
        ...{ shell: '/usr/sbin/nologin', comment: application },
      }),
      ...folderTasks(delivery),
      // another role may have installed packages before
      file(`Make ${etc}`, { path: etc, state: 'directory', mode: '0755' }, { ours: true }),
      apt('Install Node.js', { name: 'nodejs', install_recommends: false }),
      ...unpackTasks(delivery),
      template(`Write the environment of ${application}`, {
        ...{ dest: `${etc}/environment`, content: environment },
        ...{ mode: '0600', owner: 'root', group: 'root' },
      }),
      template(
        `Write the secrets of ${application}`,
        {
          ...{ dest: `${etc}/secrets`, content: secretsText(params, configuration) },
          ...{ mode: '0600', owner: 'root', group: 'root' },
        },
        { noLog: true },
      ),
      template(`Write the unit of ${application}`, {
        ...{ dest: unitFile, content: unit, mode: '0644', owner: 'root', group: 'root' },
      }),
      systemd(`Start ${application} at boot`, {
        name: application,
        enabled: true,
        daemon_reload: true,
      }),
      ...(params.migrate && isFirst
        ? [
            releaseMigrated(`Migrate the database of ${application}`, {
              ...source,
              user: name,
              environmentFiles: [`${etc}/environment`, `${etc}/secrets`],
              writable: params.shared.map((shared) => `${root}/shared/${shared}`),
              command: params.migrate.command,
              timeoutMs: milliseconds(params.migrate.timeout)!,
            }),
          ]
        : []),
      switchTask(delivery),
      serviceRunning(`Run ${application} behind its health gate`, {
        ...source,
        application,
        configuration,
        files: [`${etc}/environment`, `${etc}/secrets`, unitFile],
        port: service.port,
        healthPath: health.path,
        healthTimeoutSeconds: seconds(health.timeout),
        stopTimeoutSeconds: seconds(service.stopTimeout),
        autoRollback: rollout.autoRollback,
      }),
      pruneTask(delivery),
    ];
  },
});

function deliveryOf(params: AppParams, fleet: Delivery['fleet']): Delivery {
  const name = userOf(params);
  return {
    place: params,
    release: params.release,
    codebase: params.codebase,
    fleet,
    sharedOwner: { owner: name, group: name },
    ...{ owner: 'root', group: 'root' },
  };
}
