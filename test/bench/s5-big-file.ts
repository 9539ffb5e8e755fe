import { randomBytes } from 'node:crypto';
import { contest } from './contest.ts';
import { shellOnAll } from './floor.ts';
import { playbook } from './playbooks.ts';
import { type Goal, ratio } from './result.ts';
import { type Bench, changed, nothingChanged } from './setting.ts';

const dest = '/opt/bench-big';

export const bigFile: Bench = {
  id: 'S5',
  title: 'A file of 50 MB to eight hosts',
  async run(setting) {
    const hosts = await setting.hosts();
    const src = await setting.file('big', randomBytes((setting.quick ? 2 : 50) * 1e6));
    const file = await setting.file(
      'big.yml',
      playbook([{ name: 'Big file', copy: { src, dest, mode: '0644' } }]),
    );
    const prepare = () => hosts.sh(`rm -f ${dest}`);
    const command = setting.rolecall.command('run', '-i', hosts.inventoryFile, file);
    const scp = `scp -q "$@" '${src}' "$h:${dest}"`;
    const rows = await contest(
      [
        { name: 'floor: scp', command: shellOnAll(hosts.access, hosts.targets, scp), prepare },
        { name: 'rolecall', command, expected: changed, prepare },
      ],
      setting,
      hosts.cpu,
    );
    const before = await hosts.received();
    const again = await contest(
      [{ name: 'rolecall, unchanged', command, expected: nothingChanged }],
      setting,
      hosts.cpu,
    );
    const each = ((await hosts.received()) - before) / hosts.targets.length / (setting.runs + 1);
    const unchanged: Goal = {
      what: 'sent to each host when unchanged, login included',
      value: each / 1000,
      unit: 'KB',
      limit: 100,
      bound: 'most',
    };
    return {
      rows: [...rows, ...again],
      goals: [
        {
          what: 'against scp',
          ...ratio(rows, 'rolecall', 'floor: scp'),
          limit: 1.2,
          bound: 'most',
        },
        unchanged,
      ],
    };
  },
};
