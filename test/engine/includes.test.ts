import { describe, expect, test } from 'vitest';
import { FakeHost, runWorld, type WorldOptions } from './support/world.ts';

const head = '- hosts: all\n  gather_facts: false\n';
const role = (name: string, file: string, text: string) => ({
  [`/play/roles/${name}/tasks/${file}.yml`]: text,
});

interface Case {
  readonly name: string;
  readonly tasks: string;
  readonly options?: WorldOptions;
  readonly log: readonly string[];
}

const cases: Case[] = [
  {
    name: 'hosts whose include_role differs in tasks_from run each their own',
    tasks: `    - {name: inc, include_role: {name: r, tasks_from: '{{ inventory_hostname }}'}}\n`,
    options: {
      files: {
        ...role('r', 'a', '- {name: ta, flip: {name: x}}\n'),
        ...role('r', 'b', '- {name: tb, flip: {name: x}}\n'),
      },
    },
    log: ['a inc ok', 'b inc ok', 'a r : ta changed', 'b r : tb changed'],
  },
  {
    name: 'hosts whose apply differs run each their own',
    tasks: `    - {name: inc, include_tasks: {file: t.yml, apply: {when: '{{ go }}'}}}\n`,
    options: {
      hostVars: { a: { go: true }, b: { go: false } },
      files: { '/play/t.yml': '- {name: t, flip: {name: x}}\n' },
    },
    log: ['a inc ok', 'b inc ok', 'a t changed', 'b t skipped'],
  },
  {
    name: 'a loop that is undefined where the condition is false',
    tasks: `    - {name: inc, include_tasks: t.yml, loop: '{{ nowhere }}', when: nowhere is defined}\n`,
    options: { files: { '/play/t.yml': '- {name: t, flip: {name: x}}\n' } },
    log: ['a inc skipped', 'b inc skipped'],
  },
  {
    name: 'items in order, each with its variables',
    tasks: `    - {name: inc, include_tasks: t.yml, loop: [p, q], vars: {both: '{{ item }}-{{ inventory_hostname }}'}}\n`,
    options: {
      hosts: { a: new FakeHost() },
      files: { '/play/t.yml': "- {name: 't {{ both }}', flip: {name: '{{ both }}'}}\n" },
    },
    log: ['a inc ok', 'a t p-a changed', 'a t q-a changed'],
  },
  {
    name: 'a file that is missing fails the task; ignore_errors does not help, as in Ansible',
    tasks: `    - {name: inc, include_tasks: nope.yml, ignore_errors: true}\n    - {name: next, flip: {name: x}}\n`,
    options: { hosts: { a: new FakeHost() } },
    log: ['a inc failed'],
  },
  {
    name: 'a failed include is rescued',
    tasks: `    - block:\n        - {name: inc, include_tasks: nope.yml}\n      rescue:\n        - {name: mend, flip: {name: x}}\n`,
    options: { hosts: { a: new FakeHost() } },
    log: ['a inc failed', 'a mend changed'],
  },
  {
    name: 'run_once includes on the first host, for all',
    tasks: `    - {name: inc, include_tasks: t.yml, run_once: true}\n`,
    options: { files: { '/play/t.yml': '- {name: t, flip: {name: x}}\n' } },
    log: ['a inc ok', 'a t changed'],
  },
  {
    name: 'a meta task that cannot be done fails on its hosts',
    tasks: `    - {name: m, meta: refresh_inventory}\n`,
    options: { hosts: { a: new FakeHost() } },
    log: ['a m failed'],
  },
];

describe('includes', () => {
  test.each(cases)('$name', async ({ tasks, options, log }) => {
    const world = await runWorld(`${head}  tasks:\n${tasks}`, options);
    expect(world.log).toEqual(log);
  });
});

test('a delegate that is in no play is none of the hosts of the summary', async () => {
  const world = await runWorld(
    '- hosts: a\n  gather_facts: false\n  tasks:\n    - {flip: {name: x}, delegate_to: b}\n',
  );
  expect([...world.summary.hosts.keys()]).toEqual(['a']);
});
