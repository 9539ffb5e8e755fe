import { describe, expect, test } from 'vitest';
import { indent, loadPlays, problemsOf } from './support.ts';

interface Case {
  text: string;
  /** code, line within the text (from 1), column within the text, and what the problem must say. */
  problem: { code: string; line: number; column: number; nearest?: string; says?: RegExp };
}

function expectProblem(text: string, { problem }: Case, lines: number, columns: number): void {
  const found = problemsOf(() => loadPlays(text));
  expect(found).toHaveLength(1);
  const [only] = found;
  expect({
    code: only!.code,
    line: only!.at!.line - lines,
    column: only!.at!.column - columns,
    nearest: only!.nearest,
  }).toEqual({
    code: problem.code,
    line: problem.line,
    column: problem.column,
    nearest: problem.nearest,
  });
  const text2 = [only!.message, only!.hint, only!.expected].join('\n');
  if (problem.says) expect(text2).toMatch(problem.says);
}

describe('tasks', () => {
  const cases: Case[] = [
    {
      text: '- ping:\n  wehn: x',
      problem: { code: 'unknown-keyword', line: 2, column: 3, nearest: 'when' },
    },
    {
      text: '- ping:\n  hosts: x',
      problem: { code: 'unknown-keyword', line: 2, column: 3, says: /play/ },
    },
    {
      text: '- ping:\n  rescue: []',
      problem: { code: 'playbook-syntax', line: 2, column: 3, says: /without a block/ },
    },
    {
      text: '- ping:\n  sudo: yes',
      problem: { code: 'unknown-keyword', line: 2, column: 3, says: /become: true/ },
    },
    {
      text: '- ping:\n  debugger: always',
      problem: { code: 'unsupported-keyword', line: 2, column: 3 },
    },
    {
      text: '- ping:\n  async: 9\n  poll: 0',
      problem: { code: 'unsupported-keyword', line: 3, column: 3 },
    },
    { text: '- ping:\n  1: x', problem: { code: 'unknown-keyword', line: 2, column: 3 } },
    { text: '- aptt: {}', problem: { code: 'unknown-module', line: 1, column: 3, nearest: 'apt' } },
    {
      text: '- aptt: {}\n  become: yes',
      problem: { code: 'unknown-module', line: 1, column: 3, nearest: 'apt' },
    },
    {
      text: '- ansible.builtin.pong:',
      problem: { code: 'unknown-module', line: 1, column: 3, nearest: 'ping' },
    },
    {
      text: '- docker_container: {}',
      problem: { code: 'unsupported-module', line: 1, column: 3 },
    },
    {
      text: '- kubernetes.core.k8s: {}',
      problem: { code: 'unsupported-module', line: 1, column: 3 },
    },
    {
      text: '- yum: {}',
      problem: { code: 'unsupported-module', line: 1, column: 3, says: /package/ },
    },
    {
      text: '- include: x.yml',
      problem: { code: 'unsupported-module', line: 1, column: 3, says: /import_tasks/ },
    },
    { text: '- action: zzzzzzzz x=1', problem: { code: 'unknown-module', line: 1, column: 11 } },
    {
      text: '- apt: {}\n  copy: {}',
      problem: { code: 'playbook-syntax', line: 2, column: 3, says: /two modules/ },
    },
    {
      text: '- name: nothing',
      problem: { code: 'playbook-syntax', line: 1, column: 3, says: /no module/ },
    },
    { text: '- ping:\n  tags: "{{ x }}"', problem: { code: 'unsupported', line: 2, column: 9 } },
    {
      text: '- command: ls\n  chdir: /x',
      problem: { code: 'unknown-keyword', line: 2, column: 3, says: /Indent it below command/ },
    },
    {
      text: '- ping:\n  with_fil: x',
      problem: { code: 'unknown-keyword', line: 2, column: 3, nearest: 'with_file' },
    },
    {
      text: '- ping:\n  with_passwordstore: x',
      problem: { code: 'unsupported', line: 2, column: 3 },
    },
    {
      text: '- debug: {msg: "{{ lookup(\'hashi_vault\', 1) }}"}',
      problem: { code: 'unsupported', line: 1, column: 16 },
    },
    { text: '- just text', problem: { code: 'playbook-syntax', line: 1, column: 3 } },
    { text: '- apt: [a]', problem: { code: 'invalid-keyword', line: 1, column: 8 } },
    {
      text: '- apt: nginx',
      problem: { code: 'playbook-syntax', line: 1, column: 8, says: /free text/ },
    },
    {
      text: '- copy: src="a',
      problem: { code: 'playbook-syntax', line: 1, column: 9, says: /open quote/ },
    },
    { text: '- ping:\n  become: maybe', problem: { code: 'invalid-keyword', line: 2, column: 11 } },
    { text: '- ping:\n  retries: many', problem: { code: 'invalid-keyword', line: 2, column: 12 } },
    { text: '- ping:\n  vars: [a]', problem: { code: 'invalid-keyword', line: 2, column: 9 } },
    {
      text: '- ping:\n  vars: {a-b: 1}',
      problem: { code: 'invalid-keyword', line: 2, column: 15 },
    },
    { text: '- ping:\n  when: {a: b}', problem: { code: 'invalid-keyword', line: 2, column: 9 } },
    { text: '- ping:\n  register: a.b', problem: { code: 'invalid-keyword', line: 2, column: 13 } },
    {
      text: '- ping:\n  register: class',
      problem: { code: 'invalid-keyword', line: 2, column: 13 },
    },
    { text: '- ping:\n  tags: {a: b}', problem: { code: 'invalid-keyword', line: 2, column: 9 } },
    {
      text: '- ping:\n  environment: 5',
      problem: { code: 'invalid-keyword', line: 2, column: 16 },
    },
    {
      text: '- ping:\n  notify: {a: b}',
      problem: { code: 'invalid-keyword', line: 2, column: 11 },
    },
    { text: '- ping:\n  loop: {a: b}', problem: { code: 'invalid-keyword', line: 2, column: 9 } },
    { text: '- ping:\n  loop:', problem: { code: 'invalid-keyword', line: 2, column: 8 } },
    {
      text: '- ping:\n  loop: [1]\n  with_items: [1]',
      problem: { code: 'playbook-syntax', line: 3, column: 3 },
    },
    {
      text: '- ping:\n  with_itms: [1]',
      problem: { code: 'unknown-keyword', line: 2, column: 3, nearest: 'with_items' },
    },
    {
      text: '- ping:\n  loop: [1]\n  loop_control: {lable: x}',
      problem: { code: 'unknown-keyword', line: 3, column: 18, nearest: 'label' },
    },
    {
      text: '- ping:\n  listen: x',
      problem: { code: 'unknown-keyword', line: 2, column: 3, says: /handler/ },
    },
    {
      text: '- block: []\n  loop: [1]',
      problem: { code: 'unknown-keyword', line: 2, column: 3, says: /task/ },
    },
    { text: '- block: {ping: }', problem: { code: 'invalid-keyword', line: 1, column: 10 } },
    {
      text: '- always: []',
      problem: { code: 'playbook-syntax', line: 1, column: 3, says: /without a block/ },
    },
    {
      text: '- include_tasks: a.yml\n  become: yes',
      problem: { code: 'unknown-keyword', line: 2, column: 3, says: /apply/ },
    },
    {
      text: '- import_tasks: a.yml\n  loop: [1]',
      problem: { code: 'playbook-syntax', line: 2, column: 3, says: /include_tasks/ },
    },
    {
      text: '- ping:\n  module_defaults: {aptt: {}}',
      problem: { code: 'unknown-module', line: 2, column: 21, nearest: 'apt' },
    },
    {
      text: '- ping:\n  module_defaults: {group/aws: {}}',
      problem: { code: 'unsupported-keyword', line: 2, column: 21 },
    },
  ];
  test.each(cases)('$text', (each) => {
    const text = `- hosts: all\n  tasks:\n${indent(each.text)}\n`;
    if (each.text.startsWith('- import_tasks')) {
      const found = problemsOf(() => loadPlays({ 'site.yml': text, 'a.yml': '- ping:' }));
      expect(found.map((problem) => problem.code)).toEqual([each.problem.code]);
      expect(found[0]!.hint).toMatch(each.problem.says!);
    } else if (each.text.startsWith('- ping:\n  rescue')) {
      const codes = problemsOf(() => loadPlays(text)).map((problem) => problem.code);
      expect(codes).toEqual(['unknown-keyword', 'playbook-syntax']);
    } else expectProblem(text, each, 2, 4);
  });
});

describe('templates are read once at load', () => {
  const cases: Case[] = [
    { text: '- debug: {msg: "{{ a "}', problem: { code: 'template-syntax', line: 1, column: 17 } },
    {
      text: '- debug:\n    msg: "ab {{ a | nofilter }}"',
      problem: { code: 'template-syntax', line: 2, column: 21 },
    },
    {
      text: '- debug:\n    msg: |\n      one\n      two {{ a | nofilter }}',
      problem: { code: 'template-syntax', line: 4, column: 18 },
    },
    {
      text: '- debug:\n    msg: >-\n      one\n      two {{ a | nofilter }}',
      problem: { code: 'template-syntax', line: 4, column: 18 },
    },
    {
      text: "- debug:\n    msg: 'it''s\n      {{ a | nofilter }}'",
      problem: { code: 'template-syntax', line: 3, column: 14 },
    },
    {
      text: '- debug:\n    msg: "a\\tb\n      {{ a | nofilter }}"',
      problem: { code: 'template-syntax', line: 3, column: 14 },
    },
    {
      text: '- debug:\n    msg: one\n      {{ a | nofilter }}',
      problem: { code: 'template-syntax', line: 3, column: 14 },
    },
    {
      text: '- ping:\n  when: a is zzzz',
      problem: { code: 'template-syntax', line: 2, column: 14 },
    },
    {
      text: '- ping:\n  when:\n    - b\n    - (a',
      problem: { code: 'template-syntax', line: 4, column: 9 },
    },
    {
      text: '- ping:\n  when: "{{ a }} == 1"',
      problem: { code: 'template-syntax', line: 2, column: 9, says: /bare/ },
    },
    {
      text: '- assert:\n    that: [a ==]',
      problem: { code: 'template-syntax', line: 2, column: 16 },
    },
    {
      text: '- ping:\n  loop: "{{ a | }}"',
      problem: { code: 'template-syntax', line: 2, column: 17 },
    },
    {
      text: '- command: echo {{ a | nofilter }}',
      problem: { code: 'template-syntax', line: 1, column: 24 },
    },
    {
      text: '- ping:\n  loop: [1]\n  loop_control: {break_when: "a ("}',
      problem: { code: 'template-syntax', line: 3, column: 34 },
    },
  ];
  test.each(cases)('$text', (each) => {
    expectProblem(`- hosts: all\n  tasks:\n${indent(each.text)}\n    - ping:\n`, each, 2, 4);
  });
});

describe('plays', () => {
  const cases: Case[] = [
    {
      text: '- tasks: []',
      problem: { code: 'playbook-syntax', line: 1, column: 3, says: /no hosts/ },
    },
    { text: '- hosts:', problem: { code: 'invalid-keyword', line: 1, column: 9 } },
    {
      text: '- hosts: all\n  taskss: []',
      problem: { code: 'unknown-keyword', line: 2, column: 3, nearest: 'tasks' },
    },
    {
      text: '- hosts: all\n  when: x',
      problem: { code: 'unknown-keyword', line: 2, column: 3, says: /task/ },
    },
    {
      text: '- hosts: all\n  apt: name=x',
      problem: { code: 'playbook-syntax', line: 2, column: 3, says: /task/ },
    },
    {
      text: '- hosts: all\n  tasks: {ping: }',
      problem: { code: 'invalid-keyword', line: 2, column: 10 },
    },
    {
      text: '- hosts: all\n  strategy: fre',
      problem: { code: 'invalid-keyword', line: 2, column: 13, nearest: 'free' },
    },
    {
      text: '- hosts: all\n  strategy: host_pinned',
      problem: { code: 'unsupported-keyword', line: 2, column: 13 },
    },
    {
      text: '- hosts: all\n  order: random',
      problem: { code: 'invalid-keyword', line: 2, column: 10 },
    },
    {
      text: '- hosts: all\n  serial: few',
      problem: { code: 'invalid-keyword', line: 2, column: 11 },
    },
    {
      text: '- hosts: all\n  serial: [1, -2]',
      problem: { code: 'invalid-keyword', line: 2, column: 15 },
    },
    {
      text: '- hosts: all\n  vars_files: {a: b}',
      problem: { code: 'invalid-keyword', line: 2, column: 15 },
    },
    {
      text: '- hosts: all\n  vars_prompt: [{prompt: x}]',
      problem: { code: 'invalid-keyword', line: 2, column: 17 },
    },
    {
      text: '- hosts: all\n  vars_prompt: [{name: x, encrypt: y}]',
      problem: { code: 'unsupported-keyword', line: 2, column: 27 },
    },
    {
      text: '- hosts: all\n  fact_path: /x',
      problem: { code: 'unsupported-keyword', line: 2, column: 3 },
    },
    {
      text: '- hosts: all\n  roles: web',
      problem: { code: 'invalid-keyword', line: 2, column: 10 },
    },
    {
      text: '- hosts: all\n  roles: [[a]]',
      problem: { code: 'playbook-syntax', line: 2, column: 11 },
    },
    {
      text: '- hosts: all\n  roles: [nowhere]',
      problem: { code: 'role-not-found', line: 2, column: 11 },
    },
    {
      text: '- hosts: all\n  roles: [{become: yes}]',
      problem: { code: 'playbook-syntax', line: 2, column: 11 },
    },
    { text: '{}', problem: { code: 'playbook-syntax', line: 1, column: 1 } },
    { text: '[]', problem: { code: 'playbook-syntax', line: 1, column: 1 } },
    { text: '', problem: { code: 'playbook-syntax', line: 1, column: 1 } },
    {
      text: '- ping:\n  when: x',
      problem: { code: 'playbook-syntax', line: 1, column: 3, says: /is a task/ },
    },
    { text: '- a', problem: { code: 'playbook-syntax', line: 1, column: 3 } },
    {
      text: '- import_playbook: nowhere.yml',
      problem: { code: 'source-not-found', line: 1, column: 20 },
    },
    {
      text: '- import_playbook: site.yml',
      problem: { code: 'include-cycle', line: 1, column: 20, says: /site\.yml → / },
    },
    {
      text: '- import_playbook: "{{ which }}.yml"',
      problem: { code: 'playbook-syntax', line: 1, column: 20 },
    },
  ];
  test.each(cases)('$text', (each) => expectProblem(each.text, each, 0, 0));
});

test('all problems of all files are reported at once, file by file', () => {
  const found = problemsOf(() =>
    loadPlays({
      'site.yml':
        '- hosts: all\n  becom: yes\n  roles: [web]\n  tasks:\n    - aptt: {}\n    - ping:\n      whn: x\n',
      'roles/web/tasks/main.yml': '- copyy: {}\n- ping:\n  lop: []\n',
      'roles/web/vars/main.yml': 'a: "{{ b"\n',
    }),
  );
  const places = found.map((problem) => `${problem.at?.file}:${problem.at?.line}`);
  expect(places).toEqual([
    '/pb/site.yml:2',
    '/pb/site.yml:5',
    '/pb/site.yml:7',
    '/pb/roles/web/vars/main.yml:1',
    '/pb/roles/web/tasks/main.yml:1',
    '/pb/roles/web/tasks/main.yml:3',
  ]);
});
