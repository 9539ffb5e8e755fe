import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/events.ts';
import { FakeHost, runWorld, type World } from './support/world.ts';

const play = (name: string, hosts: string, needs: string | undefined, ...tasks: string[]) =>
  [
    `- name: ${name}`,
    `  hosts: ${hosts}`,
    '  gather_facts: false',
    ...(needs === undefined ? [] : [`  needs: ${needs}`]),
    '  tasks:',
    ...tasks.map((task) => `    - ${task}`),
    '',
  ].join('\n');
const flips = (count: number) =>
  Array.from({ length: count }, (_, index) => `{name: t${index}, flip: {name: s${index}}}`);

/** `first begins`, `first ends`, in order. */
const lives = ({ events }: World) =>
  events.flatMap((event) => {
    if (event.type === 'play-started') return [`${event.name} begins`];
    return event.type === 'play-finished' ? [`${event.name} ends`] : [];
  });
/** The numbers of plays whose tasks ended on hosts, as the tasks ended. */
const playsOfEnds = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'host-task-finished' ? [event.play] : []));

describe('which plays run at once', () => {
  const cases: [string, string, string[]][] = [
    [
      'other hosts, nothing needed',
      play('first', 'a', undefined, ...flips(2)) + play('second', 'b', '[]', ...flips(2)),
      ['first begins', 'second begins'],
    ],
    [
      'a play that is needed',
      play('first', 'a', undefined, ...flips(2)) + play('second', 'b', 'first', ...flips(2)),
      ['first begins', 'first ends', 'second begins', 'second ends'],
    ],
    [
      'a play without needs waits for all before it',
      play('first', 'a', '[]', ...flips(2)) + play('second', 'b', undefined, ...flips(2)),
      ['first begins', 'first ends', 'second begins', 'second ends'],
    ],
    [
      'a shared host',
      play('first', 'a', undefined, ...flips(2)) + play('second', 'all', '[]', ...flips(2)),
      ['first begins', 'first ends', 'second begins', 'second ends'],
    ],
    [
      'a play that is needed and comes later',
      play('first', 'a', 'second', ...flips(2)) + play('second', 'b', '[]', ...flips(2)),
      ['second begins', 'second ends', 'first begins', 'first ends'],
    ],
  ];
  test.each(cases)('%s', async (_name, playbook, begin) => {
    const world = await runWorld(playbook);
    expect(lives(world).slice(0, begin.length)).toEqual(begin);
    expect(lives(world)).toHaveLength(4);
    expect(world.summary).toMatchObject({ exitStatus: 0, changed: true });
  });

  test('their tasks take turns, and each event says of which play it is', async () => {
    const { events } = await runWorld(
      play('first', 'a', undefined, ...flips(6)) + play('second', 'b', '[]', ...flips(6)),
    );
    const turns = playsOfEnds(events);
    expect(turns.lastIndexOf(1)).toBeGreaterThan(turns.indexOf(2));
    expect(turns.lastIndexOf(2)).toBeGreaterThan(turns.indexOf(1));
    for (const event of events)
      if (event.type === 'host-task-finished') expect(event.host).toBe('?ab'[event.play]);
  });

  test('--start-at-task: one after the other', async () => {
    const world = await runWorld(
      play('first', 'a', undefined, ...flips(3)) + play('second', 'b', '[]', ...flips(3)),
      { startAtTask: 't1' },
    );
    expect(lives(world)).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    expect(world.log).toEqual([
      ...['a t1 changed', 'a t2 changed'],
      ...['b t0 changed', 'b t1 changed', 'b t2 changed'],
    ]);
  });

  test('forks hold for all plays together', async () => {
    let atWork = 0;
    let most = 0;
    const hosts = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, new FakeHost()]));
    const playbook = ['a', 'b', 'c'].map((name) => play(name, name, '[]', ...flips(4))).join('');
    const { events } = await runWorld(playbook, { hosts, forks: 1 });
    for (const { type } of events) {
      if (type === 'host-task-started') most = Math.max(most, ++atWork);
      if (type === 'host-task-finished') atWork--;
    }
    expect(most).toBe(1);
    expect(events.filter(({ type }) => type === 'host-task-finished')).toHaveLength(12);
  });

  test('batches, handlers, end_play and run_once are those of their own play', async () => {
    const world = await runWorld(
      `- name: first
  hosts: a:b
  serial: 1
  gather_facts: false
  tasks:
    - {name: one, flip: {name: x}, notify: told}
    - {name: stop, meta: end_play}
    - {name: never, flip: {name: y}}
  handlers:
    - {name: told, flip: {name: first}}
- name: second
  hosts: c:d
  needs: []
  gather_facts: false
  tasks:
    - {name: two, flip: {name: x}, notify: told, run_once: true}
    - {name: three, flip: {name: y}}
  handlers:
    - {name: told, flip: {name: second}}
`,
      { hosts: Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, new FakeHost()])) },
    );
    const ends = world.events.flatMap((event) =>
      event.type === 'host-task-finished' ? [`${event.play} ${event.host} ${event.task}`] : [],
    );
    expect(ends.toSorted()).toEqual(['1 a one', '2 c three', '2 c told', '2 c two', '2 d three']);
  });
});

describe('a play that fails', () => {
  const broken = play('first', 'a', undefined, '{name: no, say: fail}');

  test('lets what runs end, and no other begin', async () => {
    const world = await runWorld(
      broken +
        play('second', 'b', '[]', ...flips(8)) +
        play('third', 'b', 'first', ...flips(1)) +
        play('fourth', 'b', 'second', ...flips(1)),
    );
    expect(lives(world)).toEqual(['first begins', 'second begins', 'first ends', 'second ends']);
    expect(world.log.filter((line) => line.startsWith('b '))).toHaveLength(8);
    expect(world.summary.exitStatus).toBe(2);
    const warnings = world.events.flatMap((event) =>
      event.type === 'warning' ? [event.message] : [],
    );
    expect(warnings).toEqual(["'first' failed: plays that run already end, no other begins"]);
  });

  test('on some of its hosts lets the others go on', async () => {
    const world = await runWorld(
      play('first', 'a:b', undefined, "{name: try, say: '{{ word }}'}") +
        play('second', 'c', '[]', ...flips(1)) +
        play('third', 'all', 'first', '{name: after, flip: {name: x}}'),
      {
        hosts: Object.fromEntries(['a', 'b', 'c'].map((name) => [name, new FakeHost()])),
        hostVars: { a: { word: 'fine' }, b: { word: 'fail' } },
      },
    );
    expect(world.log.filter((line) => line.includes('after'))).toEqual([
      'a after changed',
      'c after changed',
    ]);
    expect(world.summary.exitStatus).toBe(2);
  });
});

test('an interrupted run ends all plays at the edge of a task, and none begins', async () => {
  const interrupt = new AbortController();
  const hosts = { a: new FakeHost(), b: new FakeHost() };
  hosts.a.onScript = (text) => {
    if (text.includes('set s1 ')) interrupt.abort();
  };
  const world = await runWorld(
    play('first', 'a', undefined, ...flips(9)) +
      play('second', 'b', '[]', ...flips(9)) +
      play('third', 'a:b', 'first', ...flips(1)),
    { hosts, signal: interrupt.signal },
  );
  expect(world.log.filter((line) => line.startsWith('a '))).toEqual([
    'a t0 changed',
    'a t1 changed',
  ]);
  expect(world.log.length).toBeLessThan(9);
  expect(lives(world).filter((line) => line.endsWith('begins'))).toHaveLength(2);
  expect(world.summary.exitStatus).toBe(130);
});

test('plays that ask do so one after the other', async () => {
  const asking = (name: string, host: string) =>
    play(name, host, '[]', "{name: set, flip: {name: x, to: '{{ word }}'}}").replace(
      '  tasks:',
      '  vars_prompt: [{name: word, prompt: Word, private: true, confirm: true}]\n  tasks:',
    );
  const hosts = { a: new FakeHost(), b: new FakeHost() };
  const answers = ['red', 'red', 'blue', 'blue'];
  await runWorld(asking('first', 'a') + asking('second', 'b'), { hosts, answers });
  expect([hosts.a.switches.get('x'), hosts.b.switches.get('x')]).toEqual(['red', 'blue']);
});

test('a dry run says what the run then does', async () => {
  const hosts = { a: new FakeHost(), b: new FakeHost() };
  hosts.a.switches.set('s1', 'on');
  const playbook =
    play('first', 'a', undefined, ...flips(3)) + play('second', 'b', '[]', ...flips(3));
  const foreseen = await runWorld(playbook, { hosts, check: true });
  const done = await runWorld(playbook, { hosts });
  expect(foreseen.log.toSorted()).toEqual(done.log.toSorted());
});
