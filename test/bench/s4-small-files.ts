import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contest } from './contest.ts';
import { shellOnAll } from './floor.ts';
import { playbook } from './playbooks.ts';
import { peerRatios, ratio } from './result.ts';
import { type Bench, changed } from './setting.ts';

const dest = '/opt/bench/small';

export const smallFiles: Bench = {
  id: 'S4',
  title: 'The first apply of 100 files of 2 KB, on eight hosts',
  async run(setting) {
    const hosts = await setting.hosts();
    const src = join(setting.folder, 'small');
    await mkdir(src);
    const names = Array.from(
      { length: setting.quick ? 10 : 100 },
      (_, index) => `file${index}.conf`,
    );
    for (const name of names) await writeFile(join(src, name), randomBytes(1024).toString('hex'));
    const byFile = await setting.file(
      'by-file.yml',
      playbook([
        { name: 'Folder', file: { path: dest, state: 'directory' } },
        {
          name: 'Files',
          copy: { src: `${src}/{{ item }}`, dest: `${dest}/{{ item }}` },
          loop: names,
        },
      ]),
    );
    const asFolder = await setting.file(
      'as-folder.yml',
      playbook([{ name: 'Folder of files', copy: { src: `${src}/`, dest } }]),
    );
    const tar = `tar -C '${src}' -cf - . | ssh "$@" "$h" 'mkdir -p ${dest} && tar -C ${dest} -xf -'`;
    const prepare = () => hosts.sh(`rm -rf ${dest}`);
    const apply = (file: string) =>
      setting.rolecall.command('run', '-i', hosts.inventoryFile, file);
    const rows = await contest(
      [
        { name: 'floor: tar', command: shellOnAll(hosts.access, hosts.targets, tar), prepare },
        { name: 'rolecall, each file', command: apply(byFile), expected: changed, prepare },
        { name: 'rolecall, a folder', command: apply(asFolder), expected: changed, prepare },
      ],
      setting,
      hosts.cpu,
    );
    // They take minutes: once each.
    const others = setting.peers.map(({ name, command }) => ({
      name,
      command: command(byFile, hosts.inventoryFile),
      prepare,
      isOptional: true,
    }));
    rows.push(...(await contest(others, { ...setting, runs: 1 }, hosts.cpu)));
    const against = (what: string) =>
      ({ what, ...ratio(rows, what, 'floor: tar'), limit: 3, bound: 'most' }) as const;
    const peers = peerRatios(rows, setting.peers, 'floor: tar');
    return {
      rows,
      goals: [{ ...against('rolecall, each file'), peers }, against('rolecall, a folder')],
      notes: [
        ...(others.length > 0 ? ['other tools: each file, in a loop; one run of each'] : []),
        'tar neither verifies what it wrote nor replaces a file as a whole; rolecall does',
      ],
    };
  },
};
