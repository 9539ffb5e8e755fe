import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from './support/lab.ts';
import { folderOf, rolecallRun } from './support/rolecall.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('app1', 'db1');
});

/** Notes when it begins and ends, and goes on only when the other play was there meanwhile. */
const meeting = (name: string, host: string, other: string, needs: string) => `
- name: ${name}
  hosts: ${host}
  gather_facts: false
  needs: ${needs}
  tasks:
    - name: Begin
      shell: date +%s%N > /root/begun
    - name: Come
      file: { path: /root/met, state: touch }
      delegate_to: ${other}
    - name: Meet
      wait_for: { path: /root/met, timeout: 60 }
    - name: End
      shell: date +%s%N > /root/ended
`;
const site = `${meeting('Application', 'app1', 'db1', '[]')}${meeting('Database', 'db1', 'app1', '[]')}
- name: Both
  hosts: app1:db1
  gather_facts: false
  needs: [Application, Database]
  tasks:
    - name: After
      shell: date +%s%N > /root/after
`;

test('plays of different hosts run at once, those that need them afterwards', async () => {
  const playbook = join(folderOf({ 'site.yml': site }), 'site.yml');
  const ended = await rolecallRun(['-i', lab.inventoryFile, '-b', playbook]);
  expect(ended.tasks).toEqual(
    Object.fromEntries(
      ['app1', 'db1'].flatMap((host) => [
        [`${host}: Begin`, 'changed'],
        [`${host}: Come`, 'changed'],
        [`${host}: Meet`, 'ok'],
        [`${host}: End`, 'changed'],
        [`${host}: After`, 'changed'],
      ]),
    ),
  );
  expect(ended.status).toBe(0);
  const time = async (host: string, what: string) =>
    BigInt((await lab.sh(host, `cat /root/${what}`)).trim());
  expect(await time('app1', 'begun')).toBeLessThan(await time('db1', 'ended'));
  expect(await time('db1', 'begun')).toBeLessThan(await time('app1', 'ended'));
  for (const host of ['app1', 'db1']) {
    for (const other of ['app1', 'db1'])
      expect(await time(host, 'ended')).toBeLessThan(await time(other, 'after'));
  }
});

test('plays that share a host do not', async () => {
  const note = (name: string, hosts: string) => `
- name: ${name}
  hosts: ${hosts}
  gather_facts: false
  needs: []
  tasks:
    - name: Note
      shell: echo ${name} begins >> /root/plays; sleep 1; echo ${name} ends >> /root/plays
`;
  const text = note('one', 'app1') + note('two', 'app1:db1');
  const playbook = join(folderOf({ 'site.yml': text }), 'site.yml');
  const ended = await rolecallRun(['-i', lab.inventoryFile, '-b', playbook]);
  expect(ended.status).toBe(0);
  expect(await lab.sh('app1', 'cat /root/plays')).toBe(
    'one begins\none ends\ntwo begins\ntwo ends\n',
  );
});
