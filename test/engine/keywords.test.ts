import { describe, expect, test } from 'vitest';
import { FakeHost, runWorld } from './support/world.ts';

const head = '- hosts: all\n  gather_facts: false\n';
describe('keywords whose templates fail end the task on that host alone', () => {
  const keywords = [
    "delegate_to: '{{ nowhere }}'",
    "ignore_errors: '{{ nowhere }}'",
    "timeout: '{{ nowhere }}'",
    "throttle: '{{ nowhere }}'",
    "run_once: '{{ nowhere }}'",
    "no_log: '{{ nowhere }}'",
    "become: '{{ nowhere }}'",
    "remote_user: '{{ nowhere }}'",
    "check_mode: '{{ nowhere }}'",
    "environment: '{{ nowhere }}'",
    "delay: '{{ nowhere }}', until: false",
  ];
  test.each(keywords)('%s', async (keyword) => {
    const text = `${head}  tasks:\n    - {name: one, say: fail, ${keyword}}\n    - {name: two, flip: {name: x}}\n`;
    const world = await runWorld(text, {
      hosts: { a: new FakeHost(), b: new FakeHost() },
      hostVars: { b: { nowhere: '' } },
    });
    expect(world.log[0]).toBe('a one failed');
    expect(world.result('a', 'one').problem).toMatchObject({ code: 'undefined-variable' });
  });
});

describe('a false condition comes first', () => {
  const keywords = [
    "delegate_to: '{{ nowhere }}'",
    "become_user: '{{ nowhere }}', become: true",
    "check_mode: '{{ nowhere }}'",
    "remote_user: '{{ nowhere }}'",
  ];
  test.each(keywords)('%s', async (keyword) => {
    const text = `${head}  tasks:\n    - {name: one, flip: {name: x}, when: false, ${keyword}}\n`;
    const world = await runWorld(text, { hosts: { a: new FakeHost() } });
    expect(world.log).toEqual(['a one skipped']);
  });
});
