import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/connection/connection.ts';
import { FakeHost, runWorld } from './support/world.ts';

const head = '- hosts: all\n  gather_facts: false\n';

/** The logins of a run on one host, in order. */
async function logins(
  playbook: string,
  hostVars: Record<string, Record<string, unknown>> = {},
): Promise<string[]> {
  const seen: string[] = [];
  await runWorld(playbook, {
    hosts: { a: new FakeHost() },
    hostVars,
    onConnect: ({ driver, user, port }: Target) => {
      seen.push([driver, user, port].filter((part) => part !== undefined).join(' '));
    },
  });
  return seen;
}

describe('where a task runs', () => {
  const cases: [string, string, string[]][] = [
    [
      'remote_user and port are templates',
      `${head}  remote_user: '{{ who }}'\n  tasks:\n    - {say: hi, port: '{{ 22 + 1 }}'}\n`,
      ['ssh deploy', 'ssh deploy 23'],
    ],
    [
      'variables of a task and of a block say how the host is reached',
      `${head}  tasks:\n    - {say: hi, vars: {ansible_user: root}}\n    - block:\n        - say: ho\n      vars: {ansible_connection: local}\n`,
      ['ssh', 'ssh root', 'local'],
    ],
    [
      'set_fact changes how the host is reached from then on',
      `${head}  tasks:\n    - {say: hi}\n    - {set_fact: {ansible_user: root}}\n    - {say: ho}\n`,
      ['ssh', 'ssh root'],
    ],
    [
      'the variables of one play do not reach into the next',
      `${head}  vars: {ansible_user: root}\n  tasks:\n    - say: hi\n${head}  vars: {ansible_user: deploy}\n  tasks:\n    - say: ho\n`,
      ['ssh root', 'ssh deploy'],
    ],
  ];
  test.each(cases)('%s', async (_name, playbook, expected) => {
    expect(await logins(playbook, { a: { who: 'deploy' } })).toEqual(expected);
  });
});

test('a delegated task becomes with the password of the host that it is delegated to', async () => {
  const [a, b] = [new FakeHost(), new FakeHost()];
  await runWorld(
    `${head.replace('all', 'a')}  tasks:\n    - {flip: {name: x}, become: true, delegate_to: b}\n`,
    {
      hosts: { a, b },
      hostVars: { a: { ansible_become_password: 'of-a' }, b: { ansible_become_password: 'of-b' } },
    },
  );
  const passwords = (host: FakeHost) =>
    host.connections.flatMap(({ log }) => log.map(({ become }) => become?.password));
  expect(new Set(passwords(b).filter((password) => password !== undefined))).toEqual(
    new Set(['of-b']),
  );
  expect(passwords(a)).not.toContain('of-b');
});

describe('what is known of a host', () => {
  test('is dropped when another login changes it', async () => {
    const a = new FakeHost();
    const world = await runWorld(
      `${head}  tasks:
    - {name: one, flip: {name: x}}
    - {name: two, flip: {name: x, to: 'off'}, remote_user: root}
    - {name: three, flip: {name: x}}
`,
      { hosts: { a } },
    );
    expect(world.log).toEqual(['a one changed', 'a two changed', 'a three changed']);
    expect(a.switches.get('x')).toBe('on');
  });

  test('is dropped when a task of another host that is delegated to it changes it', async () => {
    const hosts = { a: new FakeHost(), b: new FakeHost() };
    const world = await runWorld(
      `${head}  tasks:
    - {name: one, flip: {name: x}}
    - {name: two, flip: {name: x, to: 'off'}, delegate_to: b, when: inventory_hostname == 'a'}
    - {name: three, flip: {name: x}}
`,
      { hosts },
    );
    expect(world.log.slice(-2)).toEqual(['a three ok', 'b three changed']);
    expect(hosts.b.switches.get('x')).toBe('on');
  });

  test('several hosts that change one delegate at once end with what it is in truth', async () => {
    const hosts = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [name, new FakeHost()] as const),
    );
    const world = await runWorld(
      `${head}  tasks:
    - {name: one, flip: {name: x}, delegate_to: a}
    - {name: two, flip: {name: '{{ inventory_hostname }}'}, delegate_to: a}
    - {name: three, flip: {name: x, to: 'off'}, delegate_to: a, when: inventory_hostname == 'd'}
    - {name: four, flip: {name: x}, delegate_to: a, run_once: true}
`,
      { hosts },
    );
    expect(world.summary.exitStatus).toBe(0);
    expect(world.result('a', 'four').status).toBe('changed');
    expect(hosts.a!.switches).toEqual(
      new Map([
        ['x', 'on'],
        ['a', 'on'],
        ['b', 'on'],
        ['c', 'on'],
        ['d', 'on'],
      ]),
    );
  });
});

test('looking ahead costs as much as the play is long, also when every other task drops all that is known', async () => {
  const rounds = async (tasks: number) => {
    const a = new FakeHost();
    const lines = Array.from({ length: tasks }, (_, index) =>
      index % 2
        ? `    - flip: {name: p${index}, everything: true}`
        : `    - flip: {name: q${index}}`,
    );
    await runWorld(`${head}  tasks:\n${lines.join('\n')}\n`, { hosts: { a } });
    return a.commands
      .filter((text) => text.startsWith('get '))
      .join(' ')
      .split(' ').length;
  };
  const [short, long] = [await rounds(50), await rounds(200)];
  expect(long / short).toBeLessThan(6);
});
