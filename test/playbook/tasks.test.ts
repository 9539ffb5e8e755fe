import { describe, expect, test } from 'vitest';
import { fromPlain, toPlain } from '../../src/values.ts';
import { loadTask, loadTasks } from './support.ts';

describe('the module and its arguments', () => {
  const cases: { text: string; module: string; args: unknown }[] = [
    { text: '- ping:', module: 'ping', args: {} },
    { text: '- apt: {name: nginx}', module: 'apt', args: { name: 'nginx' } },
    { text: '- ansible.builtin.apt: name=nginx', module: 'apt', args: { name: 'nginx' } },
    {
      text: '- ansible.posix.sysctl: name=a value=1',
      module: 'sysctl',
      args: { name: 'a', value: '1' },
    },
    { text: '- action: copy src=a dest="b c"', module: 'copy', args: { src: 'a', dest: 'b c' } },
    { text: '- action: {module: copy, src: a}', module: 'copy', args: { src: 'a' } },
    {
      text: '- action: {module: copy src=a, dest: b}',
      module: 'copy',
      args: { src: 'a', dest: 'b' },
    },
    { text: '- command: echo hi', module: 'command', args: { _raw_params: 'echo hi' } },
    {
      text: '- command: make install creates=/usr/bin/x chdir=/src',
      module: 'command',
      args: { _raw_params: 'make install', creates: '/usr/bin/x', chdir: '/src' },
    },
    {
      text: '- shell: A=1 env | grep A=',
      module: 'shell',
      args: { _raw_params: 'A=1 env | grep A=' },
    },
    {
      text: '- command: ls\n  args:\n    chdir: /tmp',
      module: 'command',
      args: { chdir: '/tmp', _raw_params: 'ls' },
    },
    {
      text: '- copy: src=a\n  args: {src: b, dest: c}',
      module: 'copy',
      args: { src: 'a', dest: 'c' },
    },
    { text: '- debug: msg="{{ a }} b"', module: 'debug', args: { msg: '{{ a }} b' } },
    {
      text: '- debug: msg={{ a | default("x y") }}',
      module: 'debug',
      args: { msg: '{{ a | default("x y") }}' },
    },
    { text: '- meta: flush_handlers', module: 'meta', args: { _raw_params: 'flush_handlers' } },
    { text: "- copy: '{{ copy_args }}'", module: 'copy', args: '{{ copy_args }}' },
    { text: "- copy:\n  args: '{{ copy_args }}'", module: 'copy', args: '{{ copy_args }}' },
    {
      text: '- include_tasks: x.yml',
      module: 'include_tasks',
      args: { _raw_params: 'x.yml' },
    },
    {
      text: '- shell: |\n    set -e\n    echo  a   b\n',
      module: 'shell',
      args: { _raw_params: 'set -e\necho  a   b' },
    },
  ];
  test.each(cases)('$text', ({ text, module, args }) => {
    const { action } = loadTask(text);
    expect(action.module).toBe(module);
    expect(toPlain(action.args)).toEqual(toPlain(fromPlain(args)));
  });

  test('local_action runs on the controller', () => {
    const task = loadTask('- local_action: command uptime');
    expect(task.delegateTo).toBe('localhost');
    expect(task.action.module).toBe('command');
  });

  test('the action knows its name as written and its place', () => {
    const { action } = loadTask('- name: x\n  ansible.builtin.ping:');
    expect(action.written).toBe('ansible.builtin.ping');
    expect(action.at).toEqual({ file: '/pb/site.yml', line: 4, column: 7 });
  });
});

describe('keywords', () => {
  const cases: { text: string; expected: Record<string, unknown> }[] = [
    { text: 'become: yes', expected: { become: true } },
    { text: 'become: "yes"', expected: { become: true } },
    { text: 'become: "{{ up }}"', expected: { become: '{{ up }}' } },
    { text: 'become_user: root', expected: { becomeUser: 'root' } },
    { text: 'port: "22"', expected: { port: 22 } },
    { text: 'retries: 5', expected: { retries: 5 } },
    { text: 'retries: "{{ n }}"', expected: { retries: '{{ n }}' } },
    { text: 'delay: 0.5', expected: { delay: 0.5 } },
    { text: 'register: out', expected: { register: 'out' } },
    { text: 'notify: restart it', expected: { notify: ['restart it'] } },
    { text: 'notify: [a, "b {{ c }}"]', expected: { notify: ['a', 'b {{ c }}'] } },
    { text: 'tags: a, b', expected: { tags: ['a', 'b'] } },
    { text: 'tags: [a, "b,c", 1]', expected: { tags: ['a', 'b', 'c', '1'] } },
    { text: 'no_log: true', expected: { noLog: true } },
    { text: 'async: 60\n  poll: 5', expected: { async: 60, poll: 5 } },
    { text: 'throttle: 1', expected: { throttle: 1 } },
    {
      text: 'ignore_errors: "{{ ansible_check_mode }}"',
      expected: { ignoreErrors: '{{ ansible_check_mode }}' },
    },
    { text: 'environment: {A: b}', expected: { environment: [new Map([['A', 'b']])] } },
    { text: 'environment: "{{ proxy }}"', expected: { environment: ['{{ proxy }}'] } },
    {
      text: 'module_defaults:\n    ansible.builtin.apt: {update_cache: true}',
      expected: { moduleDefaults: [new Map([['apt', new Map([['update_cache', true]])]])] },
    },
    {
      text: 'vars: [{a: 1}, {a: 2, b: 3}]',
      expected: {
        vars: new Map([
          ['a', 2],
          ['b', 3],
        ]),
      },
    },
    { text: 'when: null', expected: { when: [] } },
  ];
  test.each(cases)('$text', ({ text, expected }) => {
    expect(loadTask(`- ping:\n  ${text}`)).toMatchObject(expected);
  });

  test('conditions know their places', () => {
    const task = loadTask('- ping:\n  when:\n    - a\n    - b == 1\n  changed_when: false');
    expect(task.when).toEqual([
      { source: 'a', at: { file: '/pb/site.yml', line: 5, column: 11 } },
      { source: 'b == 1', at: { file: '/pb/site.yml', line: 6, column: 11 } },
    ]);
    expect(task.changedWhen).toEqual([
      { source: false, at: { file: '/pb/site.yml', line: 7, column: 21 } },
    ]);
  });

  test('a task without optional keywords leaves them to what encloses it', () => {
    const task = loadTask('- ping:');
    expect(task.become).toBeUndefined();
    expect(task.changedWhen).toBeUndefined();
    expect(task).toMatchObject({ when: [], until: [], notify: [], listen: [], tags: [] });
    expect(task.id).toBe('/pb/site.yml:3');
  });
});

describe('loops', () => {
  const cases: { text: string; expected: Record<string, unknown> }[] = [
    {
      text: 'loop: [1, 2]',
      expected: { via: 'loop', items: [1, 2], loopVar: 'item', extended: false },
    },
    { text: 'loop: "{{ xs }}"', expected: { via: 'loop', items: '{{ xs }}' } },
    { text: 'with_items: [a]', expected: { via: 'items', items: ['a'] } },
    { text: 'with_dict: {a: 1}', expected: { via: 'dict', items: new Map([['a', 1]]) } },
    { text: 'with_first_found: [a, b]', expected: { via: 'first_found' } },
    { text: 'with_sequence: start=1 end=3', expected: { via: 'sequence', items: 'start=1 end=3' } },
    {
      text:
        'loop: [1]\n  loop_control: {loop_var: u, index_var: i, label: "{{ u.n }}", pause: 2, ' +
        'extended: true, extended_allitems: false}',
      expected: {
        loopVar: 'u',
        indexVar: 'i',
        label: '{{ u.n }}',
        pause: 2,
        extended: true,
        extendedAllItems: false,
      },
    },
    {
      text: 'loop: [1]\n  loop_control: {break_when: item == 3}',
      expected: { breakWhen: [{ source: 'item == 3', at: expect.anything() }] },
    },
  ];
  test.each(cases)('$text', ({ text, expected }) => {
    expect(loadTask(`- ping:\n  ${text}`).loop).toMatchObject(expected);
  });
});

test('tags may use what is known before the run', () => {
  const [task] = loadTasks('- {ping: , tags: ["{{ a }}", "b"], vars: {a: "x,y"}}');
  expect(task!.tags).toEqual(['x', 'y', 'b']);
  expect(loadTask('- {ping: , tags: "{{ a }}", vars: {a: [x, z]}}').tags).toEqual(['x', 'z']);
});

test('blocks nest and pass their tags on', () => {
  const [block] = loadTasks(
    [
      '- name: outer',
      '  tags: a',
      '  when: x',
      '  block:',
      '    - block: [{ping: }]',
      '      tags: [b]',
      '  rescue:',
      '    - debug: {msg: r}',
      '  always:',
      '    - debug: {msg: w}',
      '      tags: always',
    ].join('\n'),
  );
  expect(block).toMatchObject({
    kind: 'block',
    name: 'outer',
    tags: ['a'],
    when: [{ source: 'x' }],
    block: [{ kind: 'block', tags: ['a', 'b'], block: [{ kind: 'task', tags: ['a', 'b'] }] }],
    rescue: [{ tags: ['a'], inheritedTags: ['a'] }],
    always: [{ tags: ['a', 'always'], inheritedTags: ['a'] }],
  });
});
