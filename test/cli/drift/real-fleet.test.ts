import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, rolecall as run } from '../support.ts';

const site = (content: string) => `- name: Files
  hosts: all
  gather_facts: false
  tasks:
    - name: Ask
      command: echo asked
      register: asked
      changed_when: false
    - name: Write the first
      copy: { content: "${content}\\n", dest: "{{ playbook_dir }}/first-{{ inventory_hostname }}" }
      notify: tell
    - name: Write the others
      copy: { content: "{{ item }} {{ asked.stdout }}\\n", dest: "{{ playbook_dir }}/{{ item }}-{{ inventory_hostname }}" }
      loop: [two, three]
    - name: Write what is left alone
      copy: { content: "ours\\n", dest: "{{ playbook_dir }}/left-{{ inventory_hostname }}" }
      tags: by-hand
  handlers:
    - name: tell
      command: touch {{ playbook_dir }}/told-{{ inventory_hostname }}
`;

const settings = `playbooks: [site.yml]
inventory: [hosts.ini]
state: state.json
policy:
  - { tag: by-hand, do: report }
default: correct
limits: { hostsAtOnce: 1, driftedShare: 100 }
`;

test('what drifted is told apart from what is pending, and corrected where the policy says so', async () => {
  const folder = folderWith({
    'hosts.ini': 'here ansible_connection=local\nthere ansible_connection=local\n',
    'site.yml': site('one'),
    'drift.yml': settings,
  });
  process.env.ROLECALL_HISTORY = join(folder, 'history.db');
  const rolecall = (...words: string[]) => run(words, folder);
  const path = (name: string) => join(folder, name);
  const check = async () => {
    const { stdout, stderr, status } = await rolecall('drift', 'check', '-o', 'json');
    const { findings } = stdout === '' ? { findings: stderr } : JSON.parse(stdout);
    return {
      status,
      findings: findings.map(
        ({ kind, host, task }: { kind: string; host: string; task: string }) =>
          `${kind} ${host}: ${task}`,
      ),
    };
  };

  expect((await check()).findings).toContain('pending here: Write the first');
  expect((await rolecall('run', '-i', 'hosts.ini', 'site.yml')).status).toBe(0);
  const unknown = ['unknown here: Write the others', 'unknown there: Write the others'];
  expect(await check()).toEqual({ status: 0, findings: unknown });

  writeFileSync(path('first-here'), 'edited\n');
  writeFileSync(path('left-there'), 'edited\n');
  for (const name of ['told-here', 'told-there']) rmSync(path(name));
  const drifted = ['drifted here: Write the first', 'drifted there: Write what is left alone'];
  expect(await check()).toEqual({
    status: 3,
    findings: [drifted[0], ...unknown, drifted[1]],
  });

  const watched = await rolecall('drift', 'watch', '--once');
  expect(watched.stderr).toBe('');
  expect(readFileSync(path('first-here'), 'utf8')).toBe('one\n');
  expect(readFileSync(path('left-there'), 'utf8')).toBe('edited\n');
  expect([existsSync(path('told-here')), existsSync(path('told-there'))]).toEqual([true, false]);
  expect(await check()).toEqual({ status: 3, findings: [...unknown, drifted[1]] });

  writeFileSync(path('site.yml'), site('changed'));
  expect((await check()).findings).toEqual([
    'pending here: Write the first',
    'pending there: Write the first',
    ...unknown,
    drifted[1],
  ]);
  await rolecall('drift', 'watch', '--once');
  expect(readFileSync(path('first-here'), 'utf8')).toBe('one\n');
}, 120_000);

test('a rule names a task of a role as the role does', async () => {
  const folder = folderWith({
    'hosts.ini': 'here ansible_connection=local\n',
    'site.yml': '- { hosts: all, gather_facts: false, name: Site, roles: [motd] }\n',
    'roles/motd/tasks/main.yml':
      '- name: Say it\n  copy: { content: "ours\\n", dest: "{{ playbook_dir }}/motd" }\n',
    'drift.yml':
      'playbooks: [site.yml]\ninventory: [hosts.ini]\nstate: state.json\npolicy:\n  - { role: motd, task: Say it, do: correct }\n',
  });
  process.env.ROLECALL_HISTORY = join(folder, 'history.db');
  expect((await run(['run', '-i', 'hosts.ini', 'site.yml'], folder)).status).toBe(0);
  writeFileSync(join(folder, 'motd'), 'edited\n');
  const { stdout } = await run(['drift', 'watch', '--once'], folder);
  expect(stdout).toContain('corrected here: motd: Say it\n');
  expect(readFileSync(join(folder, 'motd'), 'utf8')).toBe('ours\n');
});
