import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editorSchema } from '../../src/cli/editor-schema.ts';

const schemas = {
  playbook: await editorSchema('playbook'),
  tasks: await editorSchema('tasks'),
  inventory: await editorSchema('inventory'),
};
const ajv = new Ajv({ strict: false, inlineRefs: false });
for (const [kind, schema] of Object.entries(schemas)) ajv.addSchema(schema, kind);

function check(kind: keyof typeof schemas, text: string): boolean {
  return ajv.validate(kind, parse(text)) as boolean;
}

const good = {
  playbook: [
    '- hosts: all\n  become: "{{ x }}"\n  tasks:\n    - copy: {content: x, dest: /x}\n      when: [a, b]',
    '- hosts: [a, b]\n  roles: [x, {role: y, z: 1}]\n  handlers:\n    - name: h\n      service: name=x state=restarted\n      listen: l',
    '- import_playbook: other.yml',
    '- hosts: all\n  needs: a\n- hosts: all\n  needs: [a, b]\n- hosts: all\n  needs: []',
    '- hosts: all\n  tasks:\n    - block:\n        - ping:\n      rescue:\n        - debug: msg=x\n      when: false',
  ],
  tasks: [
    '- ansible.builtin.command: echo hi\n  register: r\n  with_items: [1]\n  changed_when: false',
    '- apt: {pkg: [a, b], state: "{{ s }}", update_cache: "yes"}',
    '- apt: {name: nginx, cache_valid_time: "3600"}\n- set_fact: {anything: 1}',
    '- include_tasks: x.yml\n- import_role: {name: x}',
  ],
  inventory: [
    'all:\n  hosts:\n    a: {ansible_host: 10.0.0.1}\n  children:\n    web: {hosts: {a: }}',
  ],
} as const;

const wrong = {
  playbook: [
    '- hosts: all\n  taks: []',
    '- hosts: all\n  tasks:\n    - copy: {contnt: x, dest: /x}',
    '- hosts: all\n  tasks:\n    - block: []\n      rescu: []',
    'hosts: all',
    '- hosts: all\n  needs: {a: b}',
  ],
  tasks: ['- comand: x', '- apt: {state: instaled}', '- ping:\n  whne: x'],
  inventory: ['all:\n  host: {}'],
} as const;

describe.each(['playbook', 'tasks', 'inventory'] as const)('schema of %s', (kind) => {
  test.each(good[kind])('takes %j', (text) => {
    expect([check(kind, text), ajv.errorsText()]).toEqual([true, 'No errors']);
  });

  test.each(wrong[kind])('refuses %j', (text) => {
    expect(check(kind, text)).toBe(false);
  });
});

test('the demo playbook is valid', () => {
  const text = readFileSync(new URL('../../playbooks/demo.yml', import.meta.url), 'utf8');
  expect([check('playbook', text), ajv.errorsText()]).toEqual([true, 'No errors']);
});
