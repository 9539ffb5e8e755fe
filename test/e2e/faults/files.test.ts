import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from '../support/lab.ts';
import { type Ended, folderOf, rolecallRun, startRun } from '../support/rolecall.ts';

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

const folder = `
- hosts: all
  gather_facts: false
  tasks:
    - name: Folder
      copy: { src: tree/, dest: /srv/tree, owner: daemon, mode: "0640", directory_mode: "0750" }
`;

/** A hundred files in two folders. */
function treeOf(): string {
  const site = folderOf({ 'site.yml': folder });
  for (const within of ['a', 'b']) {
    mkdirSync(join(site, 'tree', within), { recursive: true });
    for (let index = 0; index < 50; index++) {
      writeFileSync(join(site, 'tree', within, `file${index}`), `${within}${index}\n`.repeat(400));
    }
  }
  return site;
}

test('a folder of many files: the dry run is exact, and the second run changes nothing', async () => {
  const site = treeOf();
  const again = (...words: string[]) =>
    rolecallRun(['-i', lab.inventoryFile, '-l', 'web1', '-b', join(site, 'site.yml'), ...words]);
  const before = await lab.hashTree('web1');
  const dry = await again('--check');
  expect(lab.differences(before, await lab.hashTree('web1'))).toEqual([]);
  const applied = await again();
  expect(dry.tasks).toEqual({ 'web1: Folder': 'changed' });
  expect(applied.tasks).toEqual(dry.tasks);
  expect(
    await lab.sh('web1', 'cd /srv/tree; stat -c "%a %U" . a b/file49; ls -A . a b | wc -l'),
  ).toBe('750 daemon\n750 daemon\n640 daemon\n107\n');
  expect((await again()).tasks).toEqual({ 'web1: Folder': 'ok' });
  await lab.sh('web1', 'rm -r /srv/tree');
});

test('many files, killed in the middle: whole files only, and the next run completes', async () => {
  const site = treeOf();
  const words = ['-i', lab.inventoryFile, '-l', 'web1', '-b', join(site, 'site.yml')];
  await lab.sh(
    'web1',
    `cat >/usr/local/bin/mv <<'END'
#!/bin/sh
case "$*" in *../b/) touch /run/half; sleep 60 ;; esac
exec /usr/bin/mv "$@"
END
chmod 755 /usr/local/bin/mv`,
  );
  const killed = startRun(words);
  await lab.sh(
    'web1',
    `n=400; until [ -e /run/half ]; do n=$((n - 1)); [ $n -gt 0 ] || exit 1; sleep 0.05; done
rm /usr/local/bin/mv /run/half
stage=$(echo /srv/tree/.rolecall-tmp.*)
shell=\${stage##*/.rolecall-tmp.}
read -r _ _ _ _ group _ <"/proc/\${shell%.*}/stat"
kill -9 "-$group"`,
  );
  expect((await killed.ended).status).not.toBe(0);
  expect(
    await lab.sh('web1', 'cd /srv/tree; ls a | wc -l; ls b | wc -l; cat a/* | wc -c; ls -d .role*'),
  ).toMatch(/^50\n0\n76000\n\.rolecall-tmp\./);
  await expect.poll(async () => (await rolecallRun(words)).status, { timeout: 30_000 }).toBe(0);
  expect(await lab.sh('web1', 'cd /srv/tree; ls -A; cat a/* b/* | wc -c')).toBe('a\nb\n152000\n');
});

test('a large file: cut off in the middle the old one stays, then it arrives whole, then nothing is sent', async () => {
  const site = folderOf({
    'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: Large
      copy: { src: large, dest: /srv/large/file, mode: "0644" }
`,
  });
  const large = randomBytes(20_000_000);
  writeFileSync(join(site, 'large'), large);
  const words = ['-i', lab.inventoryFile, '-l', 'web1', '-b', join(site, 'site.yml')];
  await lab.sh(
    'web1',
    `mkdir -p /srv/large; printf old >/srv/large/file
cat >/usr/local/bin/cat <<'END'
#!/bin/sh
[ $# -gt 0 ] || { head -c 5000000; touch /run/half; sleep 61.5; exit 1; }
exec /usr/bin/cat "$@"
END
chmod 755 /usr/local/bin/cat`,
  );
  const cut = startRun(words);
  await lab.sh(
    'web1',
    `n=1200; until [ -e /run/half ]; do n=$((n - 1)); [ $n -gt 0 ] || exit 1; sleep 0.05; done
rm /usr/local/bin/cat /run/half; pkill -9 -f '[s]shd.*@notty'; pkill -f '[s]leep 61.5'`,
  );
  expect((await cut.ended).status).not.toBe(0);
  expect(await lab.sh('web1', 'cat /srv/large/file')).toBe('old');

  await expect.poll(async () => (await rolecallRun(words)).status, { timeout: 30_000 }).toBe(0);
  const sum = createHash('sha256').update(large).digest('hex');
  expect(await lab.sh('web1', 'cd /srv/large; ls -A; sha256sum <file')).toBe(`file\n${sum}  -\n`);

  const received = async () =>
    Number(await lab.sh('web1', 'cat /sys/class/net/host0/statistics/rx_bytes'));
  const before = await received();
  expect((await rolecallRun(words)).tasks).toEqual({ 'web1: Large': 'ok' });
  expect((await received()) - before).toBeLessThan(large.length / 20);
  await lab.sh('web1', 'rm -r /srv/large');
});

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
