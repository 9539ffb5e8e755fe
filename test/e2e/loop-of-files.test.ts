import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from './support/lab.ts';
import { type Ended, folderOf, rolecallRun, startRun } from './support/rolecall.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('web1');
});
afterAll(() => lab.reset('web1'));

const siteOf = (tasks: string): string[] => {
  const site = join(
    folderOf({ 'site.yml': head + tasks, 't.j2': 'item {{ item }}\n' }),
    'site.yml',
  );
  return ['-i', lab.inventoryFile, '-l', 'web1', '-b', site];
};
const head = '- hosts: all\n  gather_facts: false\n  tasks:\n';
const itemsOf = (ended: Ended) =>
  ended.events
    .filter(({ event }) => event === 'host-task-item')
    .map(({ task, outcome }) => `${task}: ${outcome!.status} ${outcome!.message ?? ''}`);
const statesOf = (ended: Ended) => itemsOf(ended).map((line) => line.split(' ', 2).join(' '));

const twenty = `
    - name: Folders
      file: { path: '/srv/loop/{{ item }}', state: directory, mode: '0750' }
      loop: [a, b, b/c]
    - name: Files
      copy: { content: 'file {{ item }}', dest: '/srv/loop/a/{{ item }}', mode: '0640', owner: daemon }
      loop: '{{ range(20) | list }}'
    - name: Templates
      template: { src: t.j2, dest: '/srv/loop/{{ item }}/rendered', mode: "{{ '0600' if item == 'b' else '0644' }}" }
      loop: [a, b, b/c]
    - name: Links
      file: { src: '/srv/loop/a/{{ item }}', path: '/srv/loop/b/link{{ item }}', state: link }
      loop: '{{ range(20) | list }}'
    - name: Gone
      file: { path: '/srv/loop/b/link{{ item }}', state: absent }
      loop: [18, 19, 20]
`;

test('loops of files: the dry run is exact, and the second run changes nothing', async () => {
  const words = siteOf(twenty);
  const before = await lab.hashTree('web1');
  const dry = await rolecallRun([...words, '--check']);
  expect(lab.differences(before, await lab.hashTree('web1'))).toEqual([]);
  const applied = await rolecallRun(words);
  expect(applied.status, applied.stdout).toBe(0);
  expect(itemsOf(applied)).toEqual(itemsOf(dry));
  expect(new Set(statesOf(applied))).toEqual(
    new Set([
      'Folders: changed',
      'Files: changed',
      'Templates: changed',
      'Links: changed',
      'Gone: changed',
      'Gone: ok',
    ]),
  );
  expect(
    await lab.sh(
      'web1',
      'cd /srv/loop; stat -c "%a %U" a b/c a/19 b/rendered a/rendered; cat b/link7 b/c/rendered; ls -A a b | wc -l',
    ),
  ).toBe('750 root\n750 root\n640 daemon\n600 root\n644 root\nfile 7item b/c\n44\n');
  const links = (ended: Ended) => ended.with('changed');
  // what is made and removed again is not as it was asked for
  expect(links(await rolecallRun(words))).toEqual(['web1: Gone', 'web1: Links']);
});

const replaced = (text: string) => `
    - name: Files
      copy: { content: '${text} {{ item }}', dest: '/srv/many/{{ item }}' }
      loop: '{{ range(20) | list }}'
`;

test('what is replaced keeps owner and mode, and the wrong ones do no harm to the others', async () => {
  await lab.sh('web1', 'mkdir -p /srv/many/7');
  const first = await rolecallRun(siteOf(replaced('old')));
  expect(statesOf(first).map((line) => line.split(' ')[1])).toEqual(
    Array.from({ length: 20 }, (_, at) => (at === 7 ? 'failed' : 'changed')),
  );
  await lab.sh(
    'web1',
    'cd /srv/many; rm -r 7; chmod 600 3; chown daemon:www-data 4; chmod 2750 5; chattr +i 6 2>/dev/null || :',
  );
  const second = await rolecallRun(siteOf(replaced('new')));
  expect(itemsOf(second).filter((line) => line.startsWith('Files: failed'))).toEqual(
    itemsOf(second).filter((line) => line.includes('/srv/many/6') && line.includes('failed')),
  );
  expect(
    await lab.sh(
      'web1',
      'cd /srv/many; cat 3 4 5 19; stat -c "%a %U:%G" 3 4 5; ls -A | grep -c role || :; chattr -i 6 2>/dev/null || :',
    ),
  ).toBe('new 3new 4new 5new 19600 root:root\n644 daemon:www-data\n2750 root:root\n0\n');
});

const missing = `
    - name: Files
      copy: { content: text, dest: '/srv/{{ item }}/file{{ item }}' }
      loop: [x, missing, y, z]
`;

test('one whose folder is missing fails alone', async () => {
  await lab.sh('web1', 'mkdir -p /srv/x /srv/y /srv/z');
  const ended = await rolecallRun(siteOf(missing));
  expect(statesOf(ended).map((line) => line.split(' ')[1])).toEqual([
    'changed',
    'failed',
    'changed',
    'changed',
  ]);
  expect(ended.tasks).toEqual({ 'web1: Files': 'failed' });
  expect(await lab.sh('web1', 'cat /srv/x/filex /srv/y/filey /srv/z/filez')).toBe('texttexttext');
});

const slow = `
    - name: Files
      copy: { content: "{{ 'x' * 5000 }}", dest: '/srv/killed/{{ item }}' }
      loop: '{{ range(50) | list }}'
`;

test('killed in the middle: whole files only, and the next run completes', async () => {
  const words = siteOf(slow);
  await lab.sh(
    'web1',
    `mkdir -p /srv/killed
cat >/usr/local/bin/mv <<'END'
#!/bin/sh
case "$*" in
  */49*) /usr/bin/mv -f ./1 ./2 ../; touch /run/half; sleep 60 ;;
esac
exec /usr/bin/mv "$@"
END
chmod 755 /usr/local/bin/mv`,
  );
  const killed = startRun(words);
  await lab.sh(
    'web1',
    `n=400; until [ -e /run/half ]; do n=$((n - 1)); [ $n -gt 0 ] || exit 1; sleep 0.05; done
rm /usr/local/bin/mv /run/half
stage=$(echo /srv/killed/.rolecall-tmp.*)
shell=\${stage##*/.rolecall-tmp.}
read -r _ _ _ _ group _ <"/proc/\${shell%.*}/stat"
kill -9 "-$group"`,
  );
  expect((await killed.ended).status).not.toBe(0);
  expect(await lab.sh('web1', 'cd /srv/killed; wc -c [0-9]*')).toMatch(
    /^ *5000 1\n *5000 2\n *10000 total\n$/,
  );
  const again = await rolecallRun(words);
  expect(again.status, again.stdout).toBe(0);
  expect(await lab.sh('web1', 'cd /srv/killed; ls -A | wc -l; cat * | wc -c')).toBe('50\n250000\n');
});
