import { stringify } from 'yaml';

export type Task = Readonly<Record<string, unknown>>;

/** The text of a playbook with these tasks, without facts; Ansible reads the same. */
export function playbook(tasks: readonly Task[]): string {
  return stringify([{ name: 'Work', hosts: 'all', gather_facts: false, tasks }]);
}

/** Ten tasks of ten kinds, 19 runs of modules on each host. */
export function tenTasks(): Task[] {
  const folder = '/opt/bench/ten';
  return [
    { name: 'Folder', file: { path: folder, state: 'directory', mode: '0755' } },
    {
      name: 'Files',
      copy: { dest: `${folder}/{{ item }}.conf`, content: 'name = {{ item }}\n', mode: '0644' },
      loop: Array.from({ length: 10 }, (_, index) => `file${index}`),
    },
    {
      name: 'Line',
      lineinfile: { path: '/etc/hosts', line: '192.0.2.1 bench.example' },
    },
    { name: 'User', user: { name: 'bench', shell: '/bin/sh' } },
    { name: 'Group', group: { name: 'benchers' } },
    { name: 'Command', command: 'true', changed_when: false },
    { name: 'Look', stat: { path: folder } },
    { name: 'Link', file: { src: folder, dest: '/opt/bench/link', state: 'link' } },
    { name: 'Packages', apt: { name: ['procps', 'cron'], state: 'present' } },
    { name: 'Service', systemd: { name: 'cron', state: 'started', enabled: true } },
  ];
}

/** Many tasks in fixed shares: of ten, five files with content, two folders, and three questions. */
export function manyTasks(count: number): Task[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `Task ${index}`;
    const folder = `/opt/bench/many/${Math.floor(index / 10)}`;
    const group = Math.floor(index / 10);
    switch (index % 10) {
      case 0:
        return { name, file: { path: folder, state: 'directory', mode: '0755' } };
      case 1:
        return { name, file: { path: `${folder}/logs`, state: 'directory', mode: '0700' } };
      case 7:
        return { name, stat: { path: `${folder}/file2.conf` } };
      case 8:
        return { name, user: { name: `bench${group % 5}`, shell: '/bin/sh' } };
      case 9:
        return group % 2 === 0
          ? { name, apt: { name: ['procps', 'cron'][(group / 2) % 2], state: 'present' } }
          : { name, systemd: { name: 'cron', state: 'started' } };
      default:
        return fileTask(name, `${folder}/file${index % 10}.conf`, `this is file ${index}\n`);
    }
  });
}

/** Tasks on files only, which are fine although all hosts are one machine. */
export function fleetTasks(count: number, folder: string): Task[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `Task ${index}`;
    switch (index % 5) {
      case 0:
        return { name, file: { path: `${folder}/${index}`, state: 'directory', mode: '0755' } };
      case 1:
        return fileTask(name, `${folder}/${index}.conf`, `this is file ${index}\n`);
      case 2:
        return { name, command: { cmd: 'false', creates: folder } };
      default:
        return { name, stat: { path: index % 2 === 0 ? folder : `${folder}/absent` } };
    }
  });
}

function fileTask(name: string, dest: string, content: string): Task {
  return { name, copy: { dest, content, mode: '0644' } };
}
