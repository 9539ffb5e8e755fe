import { describe, expect, test } from 'vitest';
import { FakeHost, runWorld } from './support/world.ts';

const head = '- hosts: all\n  gather_facts: false\n';

describe('a run that converges', () => {
  test('changes, then changes nothing', async () => {
    const hosts = { a: new FakeHost(), b: new FakeHost() };
    const playbook = `${head}  tasks:\n    - {name: one, flip: {name: x}}\n    - {name: two, flip: {name: y, to: blue}}\n`;
    const first = await runWorld(playbook, { hosts });
    expect(first.log).toEqual(['a one changed', 'b one changed', 'a two changed', 'b two changed']);
    expect(hosts.a.switches).toEqual(
      new Map([
        ['x', 'on'],
        ['y', 'blue'],
      ]),
    );
    const second = await runWorld(playbook, { hosts });
    expect(second.log).toEqual(['a one ok', 'b one ok', 'a two ok', 'b two ok']);
    expect(second.summary).toMatchObject({ exitStatus: 0, changed: false });
  });

  test('asks all that is known in advance in one round trip', async () => {
    const a = new FakeHost();
    const tasks = Array.from({ length: 30 }, (_, index) => `    - flip: {name: s${index}}`).join(
      '\n',
    );
    for (let index = 0; index < 30; index++) a.switches.set(`s${index}`, 'on');
    await runWorld(`${head}  tasks:\n${tasks}\n`, { hosts: { a } });
    expect(a.commands.filter((text) => text.startsWith('get '))).toHaveLength(1);
  });

  test('what depends on first answers is one round trip more for all tasks together', async () => {
    const a = new FakeHost();
    for (const name of ['x', 'y', 'z']) a.switches.set(name, `${name}2`);
    const tasks = ['x', 'y', 'z'].map((name) => `    - follow: {name: ${name}}\n`).join('');
    await runWorld(`${head}  tasks:\n${tasks}`, { hosts: { a } });
    expect(a.commands.filter((text) => text.startsWith('get '))).toEqual([
      'get x y z',
      'get x2 y2 z2',
    ]);
  });

  test('asks again only what a change touches', async () => {
    const a = new FakeHost();
    a.switches.set('y', 'on');
    await runWorld(`${head}  tasks:\n    - flip: {name: x}\n    - flip: {name: y}\n`, {
      hosts: { a },
    });
    expect(a.commands.filter((text) => text.startsWith('get '))).toEqual(['get x y', 'get x']);
  });

  test('an action makes it ask anew, unless it is declared not to change anything', async () => {
    const gets = async (keywords: string) => {
      const a = new FakeHost();
      a.switches.set('x', 'on').set('y', 'on');
      const tasks = `    - flip: {name: x}\n    - {say: hi${keywords}}\n    - flip: {name: x}\n    - flip: {name: y}\n`;
      await runWorld(`${head}  tasks:\n${tasks}`, { hosts: { a } });
      return a.commands.filter((text) => text.startsWith('get '));
    };
    expect(await gets('')).toEqual(['get x y', 'get x y']);
    expect(await gets(', changed_when: false')).toEqual(['get x y']);
  });

  test('says why nothing changed', async () => {
    const a = new FakeHost();
    a.switches.set('x', 'on');
    const world = await runWorld(`${head}  tasks:\n    - {name: one, flip: {name: x}}\n`, {
      hosts: { a },
    });
    expect(world.result('a', 'one')).toMatchObject({ status: 'ok', message: 'x is on' });
  });

  test('a change that does not stick fails with the remaining difference', async () => {
    const a = new FakeHost();
    a.stubborn.add('x');
    const world = await runWorld(`${head}  tasks:\n    - {name: one, flip: {name: x}}\n`, {
      hosts: { a },
    });
    expect(world.result('a', 'one')).toMatchObject({
      status: 'failed',
      problem: { code: 'did-not-converge' },
      diff: [{ before: 'off\n', after: 'on\n' }],
    });
    expect(world.summary.exitStatus).toBe(2);
  });
});

describe('blocks', () => {
  const cases: [string, string, string[]][] = [
    [
      'rescue runs on the hosts that failed, always on all',
      `    - block:
        - {name: try, say: '{{ word }}'}
        - {name: next, flip: {name: x}}
      rescue:
        - {name: mend, flip: {name: y}}
      always:
        - {name: end, flip: {name: z}}
`,
      [
        'a try changed',
        'b try failed',
        'a next changed',
        'b mend changed',
        'a end changed',
        'b end changed',
      ],
    ],
    [
      'a failure in rescue stays a failure',
      `    - block:
        - {name: try, say: '{{ word }}'}
      rescue:
        - {name: mend, say: '{{ word }}'}
      always:
        - {name: end, flip: {name: z}}
    - {name: after, flip: {name: w}}
`,
      [
        'a try changed',
        'b try failed',
        'b mend failed',
        'a end changed',
        'b end changed',
        'a after changed',
      ],
    ],
    [
      'what failed is known in rescue',
      `    - block:
        - {name: try, say: '{{ word }}'}
      rescue:
        - {name: tell, flip: {name: x, to: '{{ ansible_failed_task.name }}-{{ ansible_failed_result.rc }}'}}
`,
      ['a try changed', 'b try failed', 'b tell changed'],
    ],
    [
      'a condition of the block holds for each of its tasks',
      `    - block:
        - {name: one, flip: {name: x}}
      when: word == 'fail'
`,
      ['a one skipped', 'b one changed'],
    ],
  ];
  test.each(cases)('%s', async (_name, tasks, log) => {
    const world = await runWorld(`${head}  tasks:\n${tasks}`, {
      hostVars: { a: { word: 'hello' }, b: { word: 'fail' } },
    });
    expect(world.log).toEqual(log);
  });

  test('a rescued failure does not fail the run', async () => {
    const world = await runWorld(
      `${head}  tasks:\n    - block: [{name: try, say: fail}]\n      rescue: [{name: mend, flip: {name: x}}]\n`,
    );
    expect(world.summary.exitStatus).toBe(0);
    expect(world.summary.hosts.get('a')).toMatchObject({ failed: 0, rescued: 1, changed: 1 });
  });
});

describe('a host that fails leaves the play', () => {
  test('others go on', async () => {
    const world = await runWorld(
      `${head}  tasks:\n    - {name: one, say: '{{ word }}'}\n    - {name: two, flip: {name: x}}\n`,
      { hostVars: { a: { word: 'fail' }, b: { word: 'hi' } } },
    );
    expect(world.log).toEqual(['a one failed', 'b one changed', 'b two changed']);
    expect(world.summary.exitStatus).toBe(2);
  });

  test('it is not in later plays either', async () => {
    const world = await runWorld(
      `${head}  tasks:\n    - {name: one, say: '{{ word }}'}\n${head}  tasks:\n    - {name: two, flip: {name: x}}\n`,
      { hostVars: { a: { word: 'fail' }, b: { word: 'hi' } } },
    );
    expect(world.log).toEqual(['a one failed', 'b one changed', 'b two changed']);
  });

  test('ignore_errors lets it go on', async () => {
    const world = await runWorld(
      `${head}  tasks:\n    - {name: one, say: fail, ignore_errors: true}\n    - {name: two, flip: {name: x}}\n`,
      { hosts: { a: new FakeHost() } },
    );
    expect(world.log).toEqual(['a one ignored', 'a two changed']);
    expect(world.summary).toMatchObject({ exitStatus: 0 });
  });

  test('any_errors_fatal stops all', async () => {
    const world = await runWorld(
      `- hosts: all\n  gather_facts: false\n  any_errors_fatal: true\n  tasks:\n    - {name: one, say: '{{ word }}'}\n    - {name: two, flip: {name: x}}\n`,
      { hostVars: { a: { word: 'fail' }, b: { word: 'hi' } } },
    );
    expect(world.log).toEqual(['a one failed', 'b one changed']);
  });

  test('an unreachable host gives status 4, others finish', async () => {
    const hosts = { a: new FakeHost(), b: new FakeHost() };
    hosts.a.unreachable = true;
    const world = await runWorld(
      `${head}  tasks:\n    - {name: one, flip: {name: x}}\n    - {name: two, flip: {name: y}}\n`,
      { hosts },
    );
    expect(world.log).toEqual(['a one unreachable', 'b one changed', 'b two changed']);
    expect(world.summary.exitStatus).toBe(4);
  });

  test('a connection that breaks in a change leaves the outcome unknown, and the host out', async () => {
    const a = new FakeHost();
    // lock, owed, get, then the change itself
    a.lostAt = 3;
    const world = await runWorld(
      `${head}  tasks:\n    - {name: one, flip: {name: x}}\n    - {name: two, flip: {name: y}}\n`,
      { hosts: { a } },
    );
    expect(world.log).toEqual(['a one unknown']);
    expect(world.result('a', 'one').problem).toMatchObject({ code: 'connection-lost' });
    expect(world.summary.exitStatus).toBe(4);
  });

  test('a locked host fails and names who holds the lock', async () => {
    const hosts = { a: new FakeHost(), b: new FakeHost() };
    hosts.a.lockedBy = 'anna@laptop';
    const world = await runWorld(`${head}  tasks:\n    - {name: one, flip: {name: x}}\n`, {
      hosts,
    });
    expect(world.result('a', 'one')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('anna@laptop'),
    });
    expect(hosts.a.switches.size).toBe(0);
    expect(world.log).toContain('b one changed');
  });
});

describe('serial', () => {
  const hosts = () =>
    Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, new FakeHost()]));
  const play = (serial: string, more = '') =>
    `- hosts: all\n  gather_facts: false\n  serial: ${serial}\n${more}  tasks:\n    - {name: one, say: "{{ word | default('x') }}"}\n`;
  const sizes = async (serial: string) => {
    const { events } = await runWorld(play(serial), { hosts: hosts() });
    return events.flatMap((event) => (event.type === 'play-started' ? [event.hosts.length] : []));
  };
  test.each([
    ['2', [2, 2, 1]],
    ["'40%'", [2, 2, 1]],
    ['[1, 3]', [1, 3, 1]],
    ["[1, '50%']", [1, 2, 2]],
  ])('%s gives batches of %j', async (serial, expected) => {
    expect(await sizes(serial)).toEqual(expected);
  });

  test('a batch that fails whole stops the play', async () => {
    const world = await runWorld(play('2'), {
      hosts: hosts(),
      hostVars: { a: { word: 'fail' }, b: { word: 'fail' } },
    });
    expect(world.log).toEqual(['a one failed', 'b one failed']);
  });

  test('more failures than max_fail_percentage stop it', async () => {
    const world = await runWorld(play('2', '  max_fail_percentage: 40\n'), {
      hosts: hosts(),
      hostVars: { a: { word: 'fail' } },
    });
    expect(world.log).toEqual(['a one failed', 'b one changed']);
  });

  test('no more than it allows do not', async () => {
    const world = await runWorld(play('2', '  max_fail_percentage: 50\n'), {
      hosts: hosts(),
      hostVars: { a: { word: 'fail' } },
    });
    expect(world.log).toHaveLength(5);
  });
});

test('strategy free: a slow host does not hold the others', async () => {
  const order: string[] = [];
  const hosts = { a: new FakeHost(), b: new FakeHost() };
  for (const [name, host] of Object.entries(hosts))
    host.onScript = (text) => text.startsWith('set') && order.push(`${name} ${text}`);
  const world = await runWorld(
    '- hosts: all\n  gather_facts: false\n  strategy: free\n  tasks:\n    - {name: one, flip: {name: x}}\n    - {name: two, flip: {name: y}}\n',
    { hosts },
  );
  expect(order.toSorted()).toEqual(['a set x on', 'a set y on', 'b set x on', 'b set y on']);
  expect(world.log).toHaveLength(4);
});
