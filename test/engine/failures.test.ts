import { describe, expect, test } from 'vitest';
import { FakeHost, runWorld, type WorldOptions } from './support/world.ts';

const head = '- hosts: all\n  gather_facts: false\n';
const words = { hostVars: { a: { word: 'fine' }, b: { word: 'fail' } } };

interface Case {
  readonly name: string;
  readonly play: string;
  readonly options?: WorldOptions;
  readonly log: readonly string[];
  readonly exitStatus?: number;
}

describe('failures', () => {
  const cases: Case[] = [
    {
      name: 'when every host of a play failed, later plays do not run',
      play: `${head.replace('all', 'a')}  tasks:\n    - {name: one, say: fail}\n${head.replace('all', 'b')}  tasks:\n    - {name: two, flip: {name: x}}\n`,
      log: ['a one failed'],
      exitStatus: 2,
    },
    {
      name: 'any_errors_fatal is not fatal where a rescue takes care of it',
      play: `${head}  any_errors_fatal: true
  tasks:
    - block:
        - {name: one, say: '{{ word }}'}
        - {name: two, flip: {name: x}}
      rescue:
        - {name: three, flip: {name: y}}
    - {name: four, flip: {name: z}}
`,
      options: words,
      log: [
        'a one changed',
        'b one failed',
        'a two changed',
        'b three changed',
        'a four changed',
        'b four changed',
      ],
      exitStatus: 0,
    },
    {
      name: 'any_errors_fatal is fatal where the rescue fails',
      play: `${head}  any_errors_fatal: true
  tasks:
    - block:
        - {name: one, say: '{{ word }}'}
      rescue:
        - {name: three, say: fail}
    - {name: four, flip: {name: z}}
`,
      options: words,
      log: ['a one changed', 'b one failed', 'b three failed'],
      exitStatus: 2,
    },
    {
      name: 'max_fail_percentage takes a template',
      play: `${head}  vars: {limit: 10}\n  max_fail_percentage: '{{ limit }}'\n  tasks:\n    - {name: one, say: '{{ word }}'}\n    - {name: two, flip: {name: x}}\n`,
      options: words,
      log: ['a one changed', 'b one failed'],
      exitStatus: 2,
    },
    {
      name: 'a handler that failed does not run again under force_handlers',
      play: `${head}  force_handlers: true
  tasks:
    - {name: one, flip: {name: x}, notify: [h1, h2]}
  handlers:
    - {name: h1, say: fail}
    - {name: h2, flip: {name: y}}
`,
      options: { hosts: { a: new FakeHost() } },
      log: ['a one changed', 'a h1 failed', 'a h2 changed'],
      exitStatus: 2,
    },
    {
      name: 'unreachable hosts outweigh failed ones in the exit status',
      play: `${head}  tasks:\n    - {name: one, say: fail}\n`,
      options: {
        hosts: { a: new FakeHost(), b: Object.assign(new FakeHost(), { unreachable: true }) },
      },
      log: ['a one failed', 'b one unreachable'],
      exitStatus: 4,
    },
  ];
  test.each(cases)('$name', async ({ play, options, log, exitStatus }) => {
    const world = await runWorld(play, options);
    expect(world.log).toEqual(log);
    expect(world.summary.exitStatus).toBe(exitStatus);
  });

  test('counts the failure of a run_once task on the host that ran it, and rescues once', async () => {
    const world = await runWorld(
      `${head}  tasks:\n    - block:\n        - {name: one, say: fail, run_once: true}\n      rescue:\n        - {name: two, flip: {name: x}}\n`,
    );
    expect(world.summary.hosts.get('a')).toMatchObject({ failed: 0, rescued: 1, ok: 1 });
    expect(world.summary.hosts.get('b')).toMatchObject({ failed: 0, rescued: 0, ok: 1 });
    expect(world.summary.exitStatus).toBe(0);
  });

  test('a host that came back through a rescue is a host of the play again', async () => {
    const world = await runWorld(
      `${head}  tasks:\n    - block:\n        - {name: one, say: '{{ word }}'}\n      rescue:\n        - {name: two, flip: {name: x}}\n    - {name: three, debug: {msg: '{{ ansible_play_hosts }}'}}\n`,
      words,
    );
    expect(world.result('a', 'three').result).toEqual({ msg: ['a', 'b'] });
  });
});

test('tells that a failure was rescued, and only then', async () => {
  const block = (mend: string) =>
    `${head}  tasks:\n    - block:\n        - {name: one, say: fail}\n      rescue:\n        - {name: two, say: ${mend}}\n`;
  const rescuedIn = async (mend: string) => {
    const world = await runWorld(block(mend), { hosts: { a: new FakeHost() } });
    const told = world.events.filter((event) => event.type === 'host-rescued');
    return { told, counts: world.summary.hosts.get('a') };
  };
  const saved = await rescuedIn('fine');
  expect(saved.told).toEqual([
    {
      type: 'host-rescued',
      play: 1,
      host: 'a',
      id: expect.stringContaining('site.yml:'),
      task: 'one',
    },
  ]);
  expect(saved.counts).toMatchObject({ failed: 0, rescued: 1 });
  const lost = await rescuedIn('fail');
  expect(lost.told).toEqual([]);
  expect(lost.counts).toMatchObject({ failed: 1, rescued: 1 });
});

describe('attempts', () => {
  const cases: [string, string, number][] = [
    ['until with retries: 2', 'until: r is succeeded, retries: 2', 3],
    ['until alone', 'until: r is succeeded', 4],
  ];
  test.each(cases)('%s', async (_name, keywords, attempts) => {
    const a = new FakeHost();
    await runWorld(
      `${head}  tasks:\n    - {name: one, say: fail, register: r, delay: 0, ${keywords}}\n`,
      { hosts: { a } },
    );
    expect(a.commands.filter((text) => text.includes('say fail'))).toHaveLength(attempts);
  });
});

describe('what ends a run early', () => {
  test('a --start-at-task that no task has is an error', async () => {
    const world = await runWorld(`${head}  tasks:\n    - {name: one, flip: {name: x}}\n`, {
      startAtTask: 'on',
    });
    expect(world.log).toEqual([]);
    expect(world.summary.exitStatus).toBe(1);
    expect(world.events.find(({ type }) => type === 'warning')).toMatchObject({
      message: expect.stringContaining("'on'"),
    });
  });

  test('timeout ends a pause', async () => {
    const world = await runWorld(
      `${head}  tasks:\n    - {name: one, pause: {seconds: 3600}, timeout: 1}\n`,
      { hosts: { a: new FakeHost() } },
    );
    expect(world.log).toEqual(['a one failed']);
    expect(world.result('a', 'one').problem).toMatchObject({ code: 'deadline-exceeded' });
  });

  test('a question that nobody can be asked is answered by its default', async () => {
    const world = await runWorld(
      `${head}  vars_prompt: [{name: who, prompt: Who, default: bob}]\n  tasks:\n    - {name: one, flip: {name: x, to: '{{ who }}'}}\n`,
      { hosts: { a: new FakeHost() }, answers: 'nobody' },
    );
    expect(world.result('a', 'one').result).toMatchObject({ state: 'bob' });
  });
});

test('under free, a run_once handler that is notified again runs again', async () => {
  const world = await runWorld(
    `${head}  strategy: free
  tasks:
    - {name: one, flip: {name: x}, notify: h}
    - meta: flush_handlers
    - {name: two, flip: {name: y}, notify: h}
  handlers:
    - {name: h, say: hi, run_once: true}
`,
    { hosts: { a: new FakeHost() } },
  );
  expect(world.log).toEqual(['a one changed', 'a h changed', 'a two changed', 'a h changed']);
});

test('loop_control.pause waits between items, and an interrupt ends the wait', async () => {
  const interrupt = new AbortController();
  const a = new FakeHost();
  a.onScript = (text) => {
    if (text.includes('say 1')) setTimeout(() => interrupt.abort(), 20);
  };
  const world = await runWorld(
    `${head}  tasks:\n    - {name: one, say: 'say {{ item }}', loop: [1, 2], loop_control: {pause: 3600}}\n`,
    { hosts: { a }, signal: interrupt.signal },
  );
  expect(world.summary.exitStatus).toBe(130);
  expect(a.commands.filter((text) => text.includes('say 2'))).toEqual([]);
});
