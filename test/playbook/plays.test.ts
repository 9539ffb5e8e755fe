import { describe, expect, test } from 'vitest';
import { Float } from '../../src/values.ts';
import { loadPlays } from './support.ts';

describe('keywords of a play', () => {
  const cases: { text: string; expected: Record<string, unknown> }[] = [
    { text: '', expected: { hosts: 'all', strategy: 'linear', order: 'inventory', serial: [] } },
    { text: 'name: x', expected: { name: 'x' } },
    { text: 'gather_facts: no', expected: { gatherFacts: false } },
    { text: 'gather_subset: [min, "!all"]', expected: { gatherSubset: ['min', '!all'] } },
    { text: 'strategy: ansible.builtin.free', expected: { strategy: 'free' } },
    { text: 'serial: 2', expected: { serial: [2] } },
    { text: 'serial: [1, "30%", "{{ n }}"]', expected: { serial: [1, '30%', '{{ n }}'] } },
    { text: 'max_fail_percentage: 30%', expected: { maxFailPercentage: 30 } },
    { text: 'max_fail_percentage: 12.5', expected: { maxFailPercentage: 12.5 } },
    { text: 'order: shuffle', expected: { order: 'shuffle' } },
    { text: 'force_handlers: true', expected: { forceHandlers: true } },
    { text: 'any_errors_fatal: "{{ x }}"', expected: { anyErrorsFatal: '{{ x }}' } },
    { text: 'vars_files: a.yml', expected: { varsFiles: ['a.yml'] } },
    {
      text: 'vars_files: [a.yml, [b.yml, c.yml]]',
      expected: { varsFiles: ['a.yml', ['b.yml', 'c.yml']] },
    },
    { text: 'vars: {a: 1}', expected: { vars: new Map([['a', 1]]) } },
    { text: 'user: me', expected: { remoteUser: 'me' } },
    { text: 'connection: local', expected: { connection: 'local' } },
    {
      text: 'tags: [a]\n  tasks: [{ping: , tags: b}]',
      expected: { tags: ['a'], tasks: [{ tags: ['a', 'b'] }] },
    },
    {
      text: 'environment: [{A: b}, "{{ e }}"]',
      expected: { environment: [new Map([['A', 'b']]), '{{ e }}'] },
    },
    {
      text: 'pre_tasks: [{ping: }]\n  post_tasks: [{debug: }]\n  handlers: [{name: h, ping: , listen: a}]',
      expected: {
        preTasks: [{ action: { module: 'ping' } }],
        postTasks: [{ action: { module: 'debug' } }],
        handlers: [{ name: 'h', listen: ['a'] }],
      },
    },
    {
      text: 'vars_prompt: [{name: a, prompt: A?, private: no, default: 5}, {name: b, confirm: yes}]',
      expected: {
        varsPrompt: [
          { name: 'a', prompt: 'A?', private: false, default: '5', confirm: false },
          { name: 'b', prompt: 'b', private: true, confirm: true },
        ],
      },
    },
  ];
  test.each(cases)('$text', ({ text, expected }) => {
    expect(loadPlays(`- hosts: all\n  ${text}\n`)[0]).toMatchObject(expected);
  });

  test('hosts may be a list; the play knows its file and folder', () => {
    const [play] = loadPlays('- hosts: [web, "!old"]\n');
    expect(play).toMatchObject({ hosts: ['web', '!old'], file: '/pb/site.yml', folder: '/pb' });
  });

  test('a whole float in a literal variable stays one', () => {
    expect(loadPlays('- hosts: all\n  vars: {a: 1.0}\n')[0]!.vars!.get('a')).toEqual(new Float(1));
  });
});
