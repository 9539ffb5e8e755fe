import { type TObject, Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { predict } from '../../src/observe/observation.ts';
import { defineRole, type Role, type RoleDescription } from '../../src/roles/role.ts';
import { block, expression, flushHandlers, type RoleTask, taskOf } from '../../src/roles/task.ts';
import { FakeHost, runWorld, type WorldOptions } from './support/world.ts';

const flip = taskOf<{ name: unknown; to?: unknown; brings?: string }>('flip');
const say = taskOf<{ words: unknown }>('say');

const play = '- hosts: all\n  gather_facts: false\n  roles:\n    - box\n';

type Handlers = Readonly<Record<string, RoleTask>>;

function box<H extends Handlers = Handlers>(
  description: Partial<RoleDescription<TObject, H>> & Pick<RoleDescription<TObject, H>, 'tasks'>,
): Role {
  return defineRole({
    name: 'box',
    summary: '',
    params: Type.Object({}),
    examples: [],
    ...description,
  });
}

function run(role: Role, options: WorldOptions = {}, text = play) {
  const file = '/play/roles/box/role.ts';
  return runWorld(text, {
    ...options,
    files: { [file]: '', ...options.files },
    roles: { [file]: role },
  });
}

const params = Type.Object({ word: Type.String({ default: 'on' }) });

describe('tasks', () => {
  test('each host runs the same task with its own arguments', async () => {
    const hosts = { a: new FakeHost(), b: new FakeHost() };
    const role = box({
      tasks: ({ host }) => [flip('Set it', { name: 'x', to: `on-${host.name}` })],
    });
    const { log } = await run(role, { hosts });
    expect(log).toEqual(['a box : Set it changed', 'b box : Set it changed']);
    expect([hosts.a.switches.get('x'), hosts.b.switches.get('x')]).toEqual(['on-a', 'on-b']);
  });

  test('a task that only some hosts have is in its place, and the others go on', async () => {
    const role = box({
      tasks: ({ host }) => [
        flip('First', { name: 'x' }),
        ...(host.name === 'b' ? [flip('Only b', { name: 'y' })] : []),
        flip('Last', { name: 'z' }),
      ],
    });
    expect((await run(role)).log).toEqual([
      'a box : First changed',
      'b box : First changed',
      'b box : Only b changed',
      'a box : Last changed',
      'b box : Last changed',
    ]);
  });

  test('text is never a template; expressions are', async () => {
    const hosts = { a: new FakeHost() };
    const role = box({
      tasks: () => [
        say('Ask', { words: 'hello' }, { register: 'said' }),
        flip('Braces', { name: 'x', to: '{{inventory_hostname}}' }),
        flip('Result', { name: 'y', to: expression('said.stdout') }),
      ],
    });
    await run(role, { hosts });
    expect(hosts.a.switches.get('x')).toBe('{{inventory_hostname}}');
    expect(hosts.a.switches.get('y')).toBe('hello');
  });

  test('blocks with rescue, when, tags and notify of an earlier result', async () => {
    const role = box({
      handlers: () => ({ shout: say('Shout', { words: 'aloud' }) }),
      tasks: ({ handlers }) => [
        block([flip('Breaks', { name: 'x', to: 'broken' })], {
          rescue: [flip('Mends', { name: 'y' }, { notify: handlers.shout })],
        }),
        flip('Not here', { name: 'n' }, { when: 'false' }),
        flushHandlers(),
        flip('After', { name: 'z' }),
      ],
    });
    const { log } = await run(role, { hosts: { a: new FakeHost() } });
    expect(log).toEqual([
      'a box : Breaks failed',
      'a box : Mends changed',
      'a box : Not here skipped',
      'a box : Shout changed',
      'a box : After changed',
    ]);
  });

  test('tags of the role entry and of tasks choose', async () => {
    const role = box({
      tasks: () => [
        flip('One', { name: 'x' }, { tags: ['one'] }),
        block([flip('Two', { name: 'y' })], { tags: ['two'] }),
      ],
    });
    const hosts = () => ({ a: new FakeHost() });
    expect((await run(role, { hosts: hosts(), tags: ['two'] })).log).toEqual([
      'a box : Two changed',
    ]);
    const tagged =
      '- hosts: all\n  gather_facts: false\n  roles: [{role: box, tags: [all-of-it]}]\n';
    const { log } = await run(role, { hosts: hosts(), tags: ['all-of-it'] }, tagged);
    expect(log).toEqual(['a box : One changed', 'a box : Two changed']);
  });

  test('a role entry under a condition runs nowhere else', async () => {
    const text =
      '- hosts: all\n  gather_facts: false\n  roles: [{role: box, when: inventory_hostname == "b"}]\n';
    const { log } = await run(box({ tasks: () => [flip('Set', { name: 'x' })] }), {}, text);
    expect(log).toEqual(['a box : its tasks skipped', 'b box : Set changed']);
  });

  test('parameters that rest on what the play found out', async () => {
    const hosts = { a: new FakeHost() };
    const role = box({
      params,
      tasks: (context) => [
        flip('Set', { name: 'x', to: (context.params as { word: string }).word }),
      ],
    });
    const text = `- hosts: all
  gather_facts: false
  pre_tasks:
    - set_fact: {found: treasure}
  roles:
    - {role: box, word: "{{ found }}"}
`;
    await run(role, { hosts }, text);
    expect(hosts.a.switches.get('x')).toBe('treasure');
  });

  test('a role that throws fails the host at its place', async () => {
    const role = box({
      tasks: () => {
        throw new Error('oops');
      },
    });
    const { summary, result } = await run(role, { hosts: { a: new FakeHost() } });
    expect(summary.exitStatus).toBe(2);
    expect(result('a', 'box : its tasks').problem).toMatchObject({
      code: 'role-invalid',
      message: expect.stringContaining('oops'),
      at: { file: expect.stringMatching(/typed-roles\.test\.ts$/) },
    });
  });
});

describe('handlers', () => {
  const role = box({
    params,
    handlers: ({ host }) => ({
      second: flip('Second', { name: 'second', to: host.name }),
      first: flip('First', { name: 'first' }),
    }),
    tasks: ({ handlers, host }) => [
      flip('Set', { name: 'x' }, { notify: [handlers.first, handlers.second] }),
      flip('Again', { name: 'y' }, host.name === 'a' ? { notify: handlers.first } : {}),
    ],
  });

  test('run once at the end, in their own order, with the arguments of their host', async () => {
    const hosts = { a: new FakeHost(), b: new FakeHost() };
    const { log } = await run(role, { hosts });
    expect(log.slice(-4)).toEqual([
      'a box : Second changed',
      'b box : Second changed',
      'a box : First changed',
      'b box : First changed',
    ]);
    expect(hosts.b.switches.get('second')).toBe('b');
  });

  test('not without a change', async () => {
    const hosts = { a: new FakeHost() };
    await run(role, { hosts });
    expect((await run(role, { hosts })).log).toEqual(['a box : Set ok', 'a box : Again ok']);
  });

  test('are owed when the run ended before them', async () => {
    const hosts = { a: new FakeHost() };
    const failing = box({
      handlers: () => ({ reload: flip('Reload', { name: 'reloaded' }) }),
      tasks: ({ handlers }) => [
        flip('Set', { name: 'x' }, { notify: handlers.reload }),
        flip('Stop here', { name: 'y', to: 'broken' }, {}),
      ],
    });
    await run(failing, { hosts });
    hosts.a.switches.set('y', 'broken');
    expect((await run(failing, { hosts })).log).toEqual([
      'a box : Set ok',
      'a box : Stop here ok',
      'a box : Reload changed',
    ]);
  });
});

describe('check mode', () => {
  const installs = (brings: boolean, ours = false) =>
    box({
      tasks: () => [
        flip(
          'Install',
          { name: 'x', brings: 'the package' },
          brings ? { brings: [predict({ kind: 'switch', key: 'pkg-unit' }, 'on')] } : {},
        ),
        flip('Start', { name: 'pkg-unit' }, { ours }),
      ],
    });
  const cases: [string, boolean, string][] = [
    ['what a package leaves behind is unknown', false, 'unknown'],
    ['and known where the role says it', true, 'ok'],
  ];
  test.each(cases)('%s', async (_, brings, status) => {
    const { log } = await run(installs(brings), { hosts: { a: new FakeHost() }, check: true });
    expect(log).toEqual(['a box : Install changed', `a box : Start ${status}`]);
  });

  test("what is the role's own is brought by no package", async () => {
    const hosts = { a: new FakeHost() };
    const { log } = await run(installs(false, true), { hosts, check: true });
    expect(log).toEqual(['a box : Install changed', 'a box : Start changed']);
  });
});

test('rules and parameters stop the run before any connection', async () => {
  const connected: string[] = [];
  const role = box({
    check: () => [{ path: [], message: 'not like this' }],
    tasks: () => [flip('Set', { name: 'x' })],
  });
  const refused = run(role, { onConnect: ({ host }) => connected.push(host) });
  await expect(refused).rejects.toMatchObject({ code: 'invalid-parameter' });
  expect(connected).toEqual([]);
});
