import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { alone, folderWith, rolecall as run, start } from './support.ts';

const note = (text: string) =>
  `shell: echo ${text} >> {{ playbook_dir }}/log-{{ inventory_hostname }}`;
const site = `- name: Notes
  hosts: all
  gather_facts: false
  tasks:
    - name: Note the first
      ${note('first')}
    - name: Ask
      command: echo asked
      register: asked
      changed_when: false
    - name: Change something
      copy: { content: "x\\n", dest: "{{ playbook_dir }}/x-{{ inventory_hostname }}" }
      notify: tell
    - name: Stop where it is bad
      command: test ! -e {{ playbook_dir }}/bad-{{ inventory_hostname }}
      changed_when: false
    - name: Note the second
      ${note('{{ asked.stdout }}')}
    - name: Wait
      command: sleep {{ wait }}
  handlers:
    - name: tell
      ${note('told')}
`;

let folder: string;
beforeEach(() => {
  folder = folderWith({
    'hosts.ini': 'here ansible_connection=local\nthere ansible_connection=local\n',
    'site.yml': site,
  });
  process.env.ROLECALL_HISTORY = join(folder, 'history.db');
});

const log = (host: string) =>
  readFileSync(join(folder, `log-${host}`), 'utf8')
    .split('\n')
    .slice(0, -1);
const site0 = ['-i', 'hosts.ini', 'site.yml', '-e', 'wait=0'];

test('what is done is left alone, the rest is done', async () => {
  writeFileSync(join(folder, 'bad-there'), '');
  const failed = await run(['run', ...site0], folder);
  expect(failed.status, failed.stdout).toBe(2);
  expect(log('here')).toEqual(['first', 'asked', 'told']);
  expect(log('there')).toEqual(['first']);

  const without = await run(['resume', '1'], folder);
  expect(without.stderr).toContain('the run was given -e wait=…: give it again');
  rmSync(join(folder, 'bad-there'));
  const resumed = await run(['resume', '1', '-e', 'wait=0'], folder);
  expect(resumed.status, resumed.stdout + resumed.stderr).toBe(0);
  expect(log('here')).toEqual(['first', 'asked', 'told']);
  expect(log('there')).toEqual(['first', 'asked']);
});

test('handlers that the host is owed run', async () => {
  writeFileSync(join(folder, 'bad-there'), '');
  expect((await run(['run', ...site0, '-l', 'there'], folder)).status).toBe(2);
  rmSync(join(folder, 'bad-there'));
  const resumed = await run(['resume', '1', '-e', 'wait=0'], folder);
  expect(resumed.status, resumed.stdout + resumed.stderr).toBe(0);
  expect(log('there')).toEqual(['first', 'asked', 'told']);
  expect(existsSync(join(folder, 'log-here'))).toBe(false);
});

test('of a run that was killed, what had begun has to be decided', () =>
  alone(async () => {
    const words = ['run', '-i', 'hosts.ini', 'site.yml', '-e', 'wait=47.11', '-l', 'here'];
    const started = start(words, folder);
    while (!existsSync(join(folder, 'log-here')) || log('here').length < 2) await sleep(50);
    await sleep(1000);
    started.process.kill('SIGKILL');
    // It would go on to its end, and hold the lock of this machine until then.
    spawnSync('pkill', ['-9', '-f', 'sleep 47[.]11']);
    await started.ended;

    const refused = await run(['resume', '1', '-e', 'wait=0'], folder);
    expect(refused.stderr).toContain('of these it is known only that they began:\n');
    expect(refused.stderr).toContain('here: Wait');
    expect(refused.status).toBe(1);
    const again = () => run(['resume', '1', '-e', 'wait=0', '--begun=again'], folder);
    await expect.poll(async () => (await again()).status, { timeout: 20_000 }).toBe(0);
    expect(log('here')).toEqual(['first', 'asked', 'told']);
  }));

test('runs that cannot be resumed', async () => {
  expect((await run(['resume', '7'], folder)).stderr).toContain(
    'unknown-run: the history has no run 7',
  );
  await run(['run', ...site0, '--check'], folder);
  expect((await run(['resume', '1'], folder)).stderr).toContain('run 1 is no run of playbooks');
});
