import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderWith, rolecall, start } from '../support.ts';

const site = `- name: Files
  hosts: all
  gather_facts: false
  tasks:
    - name: Write
      copy: { content: "one\\n", dest: "{{ playbook_dir }}/one" }
      notify: wait
  handlers:
    - name: wait
      shell: touch {{ playbook_dir }}/begun; sleep 48.15 && touch {{ playbook_dir }}/waited
`;
const settings = `playbooks: [site.yml]
inventory: [hosts.ini]
state: state.json
policy: [{ kind: pending, do: correct }]
limits: { driftedShare: 100 }
`;

test('Ctrl-C stops a watch when the running tasks end, once more ends them on the hosts', async () => {
  const folder = folderWith({
    'hosts.ini': 'here ansible_connection=local\n',
    'site.yml': site,
    'drift.yml': settings,
  });
  process.env.ROLECALL_HISTORY = join(folder, 'history.db');
  onTestFinished(() => void spawnSync('pkill', ['-9', '-f', 'sleep 48[.]15']));
  const watch = start(['drift', 'watch', '--once'], folder);
  await expect.poll(() => existsSync(join(folder, 'begun')), { timeout: 20_000 }).toBe(true);
  const heard = once(watch.process.stderr!, 'data');
  watch.process.kill('SIGINT');
  await heard;
  expect(runs()).toBe(true);
  watch.process.kill('SIGINT');
  const { status, stderr } = await watch.ended;
  expect(status).toBe(130);
  expect(stderr.match(/stopping when the running tasks end/g)).toHaveLength(1);
  expect(runs()).toBe(false);
  expect(existsSync(join(folder, 'waited'))).toBe(false);
  const { stdout } = await rolecall(['history', '--kind', 'correction'], folder);
  expect(stdout).toContain('interrupted');
  expect(existsSync(join(folder, 'state.lock'))).toBe(false);
  expect(JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')).last.corrected).toBe(1);
});

const runs = () => spawnSync('pgrep', ['-f', 'sleep 48[.]15']).status === 0;
