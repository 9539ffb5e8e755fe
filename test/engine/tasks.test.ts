import { describe, expect, test } from 'vitest';
import { FakeHost, runWorld, type WorldOptions } from './support/world.ts';

const head = '- hosts: all\n  gather_facts: false\n';
const one = (options: WorldOptions = {}) => ({ hosts: { a: new FakeHost() }, ...options });

async function tasks(text: string, options: WorldOptions = {}, more = '') {
  return runWorld(`${head}  tasks:\n${text}${more}`, one(options));
}

describe('conditions', () => {
  const table: [string, string, string][] = [
    ['true', 'when: true', 'changed'],
    ['false', 'when: false', 'skipped'],
    ['an expression', "when: \"'x' in 'axb'\"", 'changed'],
    ['a list is a conjunction', 'when: [true, 1 == 2]', 'skipped'],
    ['a list that holds', 'when: [true, 1 == 1]', 'changed'],
    ['an undefined variable fails', 'when: nope == 1', 'failed'],
    ['but not behind default', "when: nope | default('') == ''", 'changed'],
  ];
  test.each(table)('%s', async (_name, when, status) => {
    const world = await tasks(`    - name: one\n      flip: {name: x}\n      ${when}\n`);
    expect(world.log).toEqual([`a one ${status}`]);
  });

  test('a skipped task says which condition was false, and registers as skipped', async () => {
    const world = await tasks(
      `    - {name: one, flip: {name: x}, when: 1 == 2, register: r}\n    - {name: two, flip: {name: y}, when: r is skipped}\n`,
    );
    expect(world.result('a', 'one').message).toBe('1 == 2 is false');
    expect(world.log).toEqual(['a one skipped', 'a two changed']);
  });
});

describe('loops', () => {
  test('each item, its results registered', async () => {
    const world = await tasks(`    - name: one
      flip: {name: '{{ item }}'}
      loop: [x, y]
      register: r
    - name: two
      flip: {name: z, to: "{{ r.results | map(attribute='item') | join('-') }}"}
`);
    expect(world.result('a', 'two').message).toBe('z: off → x-y');
  });

  const passes: [string, string, string][] = [
    [
      'with_items flattens one level',
      "with_items: [[x, y], z]\n      vars: {n: '{{ item }}'}",
      'x y z',
    ],
    [
      'with_dict',
      "with_dict: {x: 1, y: 2}\n      vars: {n: '{{ item.key }}{{ item.value }}'}",
      'x1 y2',
    ],
    [
      'loop_var and index_var',
      "loop: [x, y]\n      loop_control: {loop_var: it, index_var: i}\n      vars: {n: '{{ it }}{{ i }}'}",
      'x0 y1',
    ],
    [
      'extended',
      "loop: [x, y]\n      loop_control: {extended: true}\n      vars: {n: '{{ item }}{{ ansible_loop.last }}'}",
      'xFalse yTrue',
    ],
  ];
  test.each(passes)('%s', async (_name, loop, expected) => {
    const hosts = { a: new FakeHost() };
    await tasks(`    - name: one\n      flip: {name: '{{ n }}'}\n      ${loop}\n`, { hosts });
    expect([...hosts.a.switches.keys()].join(' ')).toBe(expected);
  });

  test('an item that fails does not stop the others, and fails the task', async () => {
    const hosts = { a: new FakeHost() };
    const world = await tasks(
      `    - name: one\n      say: '{{ item }}'\n      loop: [fail, x]\n    - {name: two, flip: {name: y}}\n`,
      { hosts },
    );
    expect(world.log).toEqual(['a one failed']);
    expect(hosts.a.commands).toContain('say x');
  });

  test('no items: skipped', async () => {
    const world = await tasks(`    - {name: one, flip: {name: x}, loop: []}\n`);
    expect(world.log).toEqual(['a one skipped']);
  });

  test('a condition is asked for each item', async () => {
    const hosts = { a: new FakeHost() };
    await tasks(
      `    - {name: one, flip: {name: '{{ item }}'}, loop: [x, y], when: item == 'y'}\n`,
      { hosts },
    );
    expect([...hosts.a.switches.keys()]).toEqual(['y']);
  });

  test('what is no list is refused, with what to write instead', async () => {
    const world = await tasks(`    - {name: one, flip: {name: x}, loop: '{{ m }}'}\n`, {
      extraVars: { m: { a: 1 } },
    });
    expect(world.result('a', 'one').problem).toMatchObject({
      code: 'invalid-argument',
      hint: expect.stringContaining('dict2items'),
    });
  });
});

describe('until', () => {
  test('tries until it holds, and counts', async () => {
    const hosts = { a: new FakeHost() };
    let said = 0;
    hosts.a.onScript = (text) => {
      if (text.startsWith('say') && ++said === 3) hosts.a.switches.set('up', 'yes');
    };
    const world = await tasks(
      `    - name: one\n      say: hi\n      register: r\n      until: r.stdout == 'nothing'\n      retries: 2\n      delay: 0\n`,
      { hosts },
    );
    expect(said).toBe(3);
    expect(world.result('a', 'one')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('3 attempts'),
    });
    expect(world.events.filter(({ type }) => type === 'host-task-retry')).toHaveLength(2);
  });

  test('ends at once when it holds', async () => {
    const world = await tasks(
      `    - {name: one, say: hi, register: r, until: r.rc == 0, retries: 5, delay: 0}\n    - {name: two, flip: {name: x, to: 'n{{ r.attempts }}'}}\n`,
    );
    expect(world.result('a', 'two').message).toBe('x: off → n1');
  });
});

describe('verdicts', () => {
  const table: [string, string, string][] = [
    ['changed_when false', 'changed_when: false', 'ok'],
    ['changed_when on the result', "changed_when: r.stdout == 'hello'", 'changed'],
    ['failed_when makes it fail', 'failed_when: r.rc == 0', 'failed'],
    ['failed_when false forgives', 'say: fail\n      failed_when: false', 'ok'],
    ['failed_when on a failure that it expects', 'say: fail\n      failed_when: r.rc != 1', 'ok'],
  ];
  test.each(table)('%s', async (_name, keywords, status) => {
    const say = keywords.includes('say:') ? '' : '      say: hello\n';
    const world = await tasks(`    - name: one\n      register: r\n${say}      ${keywords}\n`);
    expect(world.log).toEqual([`a one ${status}`]);
  });
});

describe('handlers', () => {
  const play = (handlers: string) => `  handlers:\n${handlers}`;

  test('run once, in their own order, only where notified', async () => {
    const world = await runWorld(
      `${head}  tasks:
    - {name: one, flip: {name: x}, notify: [second, first]}
    - {name: two, flip: {name: y}, notify: first, when: inventory_hostname == 'a'}
  handlers:
    - {name: first, say: first}
    - {name: second, say: second}
`,
    );
    expect(world.log.slice(-4)).toEqual([
      'a first changed',
      'b first changed',
      'a second changed',
      'b second changed',
    ]);
  });

  test('not when nothing changed', async () => {
    const hosts = { a: new FakeHost() };
    hosts.a.switches.set('x', 'on');
    const world = await tasks(
      `    - {name: one, flip: {name: x}, notify: h}\n`,
      { hosts },
      play('    - {name: h, say: h}\n'),
    );
    expect(world.log).toEqual(['a one ok']);
  });

  test('listen, and a handler that notifies another', async () => {
    const world = await tasks(
      `    - {name: one, flip: {name: x}, notify: topic}\n`,
      {},
      play('    - {name: h, flip: {name: y}, listen: topic, notify: i}\n    - {name: i, say: i}\n'),
    );
    expect(world.log).toEqual(['a one changed', 'a h changed', 'a i changed']);
  });

  test('meta flush_handlers runs them now', async () => {
    const world = await tasks(
      `    - {name: one, flip: {name: x}, notify: h}\n    - meta: flush_handlers\n    - {name: two, flip: {name: y}}\n`,
      {},
      play('    - {name: h, say: h}\n'),
    );
    expect(world.log).toEqual(['a one changed', 'a h changed', 'a two changed']);
  });

  test('an unknown one fails the task and names the nearest', async () => {
    const world = await tasks(
      `    - {name: one, flip: {name: x}, notify: '{{ "reloadd" }}'}\n`,
      {},
      play('    - {name: reload, say: h}\n'),
    );
    expect(world.result('a', 'one')).toMatchObject({
      status: 'failed',
      problem: { code: 'unknown-handler', nearest: 'reload' },
    });
  });

  test('a later failure leaves them owed: the next run does them, once', async () => {
    const hosts = { a: new FakeHost() };
    const playbook = (last: string) =>
      `${head}  tasks:\n    - {name: one, flip: {name: x}, notify: h}\n    - {name: last, say: ${last}}\n  handlers:\n    - {name: h, say: handled}\n`;
    const first = await runWorld(playbook('fail'), { hosts });
    expect(first.log).toEqual(['a one changed', 'a last failed']);
    expect(hosts.a.owed.size).toBe(1);
    const second = await runWorld(playbook('hi'), { hosts });
    expect(second.log).toEqual(['a one ok', 'a last changed', 'a h changed']);
    expect(hosts.a.owed.size).toBe(0);
    const third = await runWorld(playbook('hi'), { hosts });
    expect(third.log).toEqual(['a one ok', 'a last changed']);
  });

  test('force_handlers runs them on hosts that failed', async () => {
    const world = await tasks(
      `    - {name: one, flip: {name: x}, notify: h}\n    - {name: last, say: fail}\n`,
      { forceHandlers: true },
      play('    - {name: h, say: h}\n'),
    );
    expect(world.log).toEqual(['a one changed', 'a last failed', 'a h changed']);
  });
});

describe('what goes from task to task', () => {
  test('set_fact and facts by host, hostvars from another', async () => {
    const world = await runWorld(
      `${head}  tasks:
    - set_fact: {word: 'w-{{ inventory_hostname }}'}
    - {name: one, flip: {name: x, to: "{{ hostvars['b'].word }}"}, when: inventory_hostname == 'a'}
`,
    );
    expect(world.result('a', 'one').message).toBe('x: off → w-b');
  });

  test('run_once gives its result to all', async () => {
    const world = await runWorld(
      `${head}  tasks:\n    - {name: one, say: hello, register: r, run_once: true}\n    - {name: two, flip: {name: x, to: '{{ r.stdout }}'}}\n`,
    );
    expect(world.log).toEqual(['a one changed', 'a two changed', 'b two changed']);
  });

  test('what a host says is never a template', async () => {
    const world = await tasks(
      `    - {name: one, say: "{{ '{{' }}7{{ '}}' }}", register: r}\n    - {name: two, flip: {name: x, to: '{{ r.stdout }}'}}\n`,
    );
    expect(world.result('a', 'two').message).toBe('x: off → {{7}}');
  });

  test('delegate_to works on the other host', async () => {
    const hosts = { a: new FakeHost(), b: new FakeHost() };
    const world = await runWorld(
      `${head}  tasks:\n    - {name: one, flip: {name: x, to: '{{ inventory_hostname }}'}, delegate_to: b, when: inventory_hostname == 'a'}\n`,
      { hosts },
    );
    expect(hosts.b.switches.get('x')).toBe('a');
    expect(hosts.a.switches.size).toBe(0);
    expect(world.result('a', 'one').delegatedTo).toBe('b');
  });

  test('omit leaves an argument out', async () => {
    const world = await tasks(
      `    - {name: one, flip: {name: x, to: '{{ nope | default(omit) }}'}}\n`,
    );
    expect(world.result('a', 'one').message).toBe('x: off → on');
  });

  test('no_log hides result and diff, and the value everywhere', async () => {
    const world = await tasks(
      `    - {name: one, say: 'fail {{ password }}', no_log: true, ignore_errors: true}\n    - {name: two, flip: {name: x, to: '{{ password }}'}}\n`,
      { extraVars: { password: 'hunter2hunter2' }, diff: true },
    );
    expect(JSON.stringify(world.events)).not.toContain('hunter2hunter2');
    expect(world.result('a', 'one').message).toContain('status 1: said no');
  });
});

describe('selection', () => {
  const text = `    - {name: one, flip: {name: x}, tags: t}
    - {name: two, flip: {name: y}}
    - {name: three, flip: {name: z}, tags: [never, n]}
    - {name: four, flip: {name: w}, tags: always}
`;
  const table: [string, WorldOptions, string[]][] = [
    ['nothing said', {}, ['one', 'two', 'four']],
    ['--tags t', { tags: ['t'] }, ['one', 'four']],
    ['--tags n', { tags: ['n'] }, ['three', 'four']],
    ['--skip-tags t', { skipTags: ['t'] }, ['two', 'four']],
    ['--tags untagged', { tags: ['untagged'] }, ['two', 'four']],
    ['--start-at-task', { startAtTask: 'two' }, ['two', 'four']],
    ['--start-at-task with a pattern', { startAtTask: 'tw*' }, ['two', 'four']],
  ];
  test.each(table)('%s', async (_name, options, names) => {
    const world = await tasks(text, options);
    expect(world.log.map((line) => line.split(' ')[1])).toEqual(names);
  });
});

test('an interrupted run ends at the edge of a task, with status 130', async () => {
  const hosts = { a: new FakeHost() };
  const stop = new AbortController();
  hosts.a.onScript = (text) => text.startsWith('set x') && stop.abort();
  const world = await tasks(
    `    - {name: one, flip: {name: x}}\n    - {name: two, flip: {name: y}}\n`,
    { hosts, signal: stop.signal },
  );
  expect(world.log).toEqual(['a one changed']);
  expect(world.summary.exitStatus).toBe(130);
});
