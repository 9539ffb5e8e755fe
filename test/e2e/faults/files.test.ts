import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from '../support/lab.ts';
import { type Ended, folderOf, rolecallRun } from '../support/rolecall.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('web1');
});
afterAll(() => lab.reset('web1'));

const run = (playbook: string, files: Record<string, string> = {}): Promise<Ended> => {
  const folder = folderOf({ ...files, 'site.yml': playbook });
  return rolecallRun(['-i', lab.inventoryFile, '-l', 'web1', '-b', join(folder, 'site.yml')]);
};
const failure = (ended: Ended) =>
  ended.events.find(({ outcome }) => outcome?.status === 'failed')?.outcome?.message;

const replacing = (size: number) => `
- hosts: all
  gather_facts: false
  tasks:
    - name: Replace
      copy: { dest: /srv/small/file, content: "{{ 'x' * ${size} }}" }
      notify: Tell
  handlers:
    - name: Tell
      copy: { dest: /root/told, content: told }
`;

test('a full disk: the old file stays, nothing is left beside it, and the failure names it', async () => {
  await lab.sh(
    'web1',
    `mkdir -p /srv/small; mount -t tmpfs -o size=64k none /srv/small
printf old >/srv/small/file; chmod 640 /srv/small/file`,
  );
  const before = await lab.sh('web1', 'cd /srv/small; ls -lA; cat file');
  const ended = await run(replacing(200_000));
  expect(ended.tasks).toEqual({ 'web1: Replace': 'failed' });
  expect(ended.status).toBe(2);
  expect(failure(ended)).toMatch(/filesystem of \/srv\/small is full/);
  expect(await lab.sh('web1', 'cd /srv/small; ls -lA; cat file')).toBe(before);

  const fits = await run(replacing(100));
  expect(fits.status, fits.stdout).toBe(0);
  expect(await lab.sh('web1', 'stat -c "%s %a" /srv/small/file')).toBe('100 640\n');
});

test('a read-only mount: failed, never changed', async () => {
  await lab.sh('web1', 'mount -o remount,ro /srv/small; rm -f /root/told');
  const ended = await run(replacing(50));
  expect(ended.tasks).toEqual({ 'web1: Replace': 'failed' });
  expect(failure(ended)).toMatch(/read-only/i);
  expect(await lab.sh('web1', 'wc -c </srv/small/file; ls /root/told 2>&1 || :')).toMatch(
    /^100\nls: cannot access/,
  );
  await lab.sh('web1', 'umount /srv/small');
});

const names = [
  'with space',
  'new\nline',
  `quotes'and"these`,
  '$(touch executed)',
  '`touch executed`',
  '-rf',
  '😀 ‮rtl',
  '*',
  'back\\slash',
  '; touch executed',
  ' ends with space ',
  '~',
];

test('odd names are exact paths for file, copy and template, and nothing is executed', async () => {
  await lab.sh('web1', 'mkdir -p /srv/odd');
  const playbook = `
- hosts: all
  gather_facts: false
  vars:
    names: ${JSON.stringify(names)}
  tasks:
    - name: Folder
      file: { path: "/srv/odd/{{ item }}", state: directory, mode: "0750" }
      loop: "{{ names }}"
    - name: Copy
      copy: { dest: "/srv/odd/{{ item }}/{{ item }}", content: "{{ item }}" }
      loop: "{{ names }}"
    - name: Template
      template: { src: page.j2, dest: "/srv/odd/{{ item }}/{{ item }}.page" }
      loop: "{{ names }}"
`;
  const first = await run(playbook, { 'page.j2': '[{{ item }}]\n' });
  expect(first.with('changed'), first.stdout).toEqual([
    'web1: Copy',
    'web1: Folder',
    'web1: Template',
  ]);
  const found = await lab.sh('web1', 'cd /srv/odd && find . -mindepth 1 -print0');
  const wanted = names.flatMap((name) => [
    `./${name}`,
    `./${name}/${name}`,
    `./${name}/${name}.page`,
  ]);
  expect(found.split('\0').filter(Boolean).sort()).toEqual(wanted.sort());
  for (const name of names) {
    const { stdout } = await lab.exec('web1', ['cat', '--', `/srv/odd/${name}/${name}`]);
    expect(stdout.toString()).toBe(name);
  }
  expect(await lab.sh('web1', 'find / -xdev -name executed')).toBe('');
  const again = await run(playbook, { 'page.j2': '[{{ item }}]\n' });
  expect(again.with('ok'), again.stdout).toHaveLength(3);
});
