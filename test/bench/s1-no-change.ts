import { contest } from './contest.ts';
import { loginOnly } from './floor.ts';
import { playbook, tenTasks } from './playbooks.ts';
import { type Goal, peerRatios, ratio } from './result.ts';
import { type Bench, nothingChanged } from './setting.ts';

/** How many times as fast rolecall should be as each of them. */
const faster: Readonly<Record<string, number>> = { Ansible: 90, Mitogen: 20, pyinfra: 8 };

export const noChange: Bench = {
  id: 'S1',
  title: 'Ten tasks that change nothing, on eight hosts',
  async run(setting) {
    const hosts = await setting.hosts();
    const file = await setting.file('ten.yml', playbook(tenTasks()));
    const rolecall = setting.rolecall.command('run', '-i', hosts.inventoryFile, file);
    await setting.once(rolecall);
    const rows = await contest(
      [
        { name: 'floor', command: loginOnly(hosts.access, hosts.targets) },
        { name: 'rolecall', command: rolecall, expected: nothingChanged },
        ...setting.peers.map(({ name, command, expected }) => ({
          name,
          command: command(file, hosts.inventoryFile),
          expected,
          isOptional: true,
        })),
      ],
      setting,
      hosts.cpu,
    );
    const peers = peerRatios(rows, setting.peers, 'floor');
    const failed = setting.peers.filter(({ name }) => !(name in peers));
    const againstPeers = Object.keys(peers).map((name): Goal => {
      const { value, unit } = ratio(rows, name, 'rolecall');
      return {
        what: `times as fast as ${name}`,
        value,
        unit,
        limit: faster[name]!,
        bound: 'least',
      };
    });
    return {
      rows,
      goals: [
        {
          what: 'against the floor',
          ...ratio(rows, 'rolecall', 'floor'),
          ...{ limit: 2, bound: 'most' },
          peers,
        },
        ...againstPeers,
      ],
      notes: [
        `hosts: ${hosts.targets.length}; module runs on each: 19`,
        ...failed.map(({ name, version }) => `${name} (${version}) could not do this work`),
      ],
    };
  },
};
