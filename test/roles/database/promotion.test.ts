import { expect, test } from 'vitest';
import { recordTasks } from '../../../roles/database/boot-guard.ts';
import role from '../../../roles/database/role.ts';
import { contextOf, flat, tasksOf, withDefaults } from '../support/context.ts';

const site = {
  hosts: {
    db1: { address: '10.0.0.1' },
    db2: { address: '10.0.0.2' },
    db3: { address: '10.0.0.3' },
  },
  roles: { database: { db1: {}, db2: {}, db3: {} } },
};

function context(host: string, more: object) {
  const given = { primary: 'db1', replicas: ['db2', 'db3'], replication: { password: 'x' } };
  return contextOf(site, host, { ...(withDefaults(role, given) as object), ...more });
}

const names = (entryPoint: string, host: string, more: object) =>
  flat(tasksOf(role, context(host, more), { entryPoint })).map(({ name }) => name);

const promotion = { candidate: 'db2', oldPrimaryGone: false, force: false };

test('a promotion: the candidate', () => {
  expect(names('promote', 'db2', promotion)).toEqual([
    'Ask every member what it is',
    'Judge the promotion',
    'Receive everything that the closed primary has',
    'Apply everything that was received',
    'Replicate from nobody',
    'Open the new primary for writes',
    'Record the new primary',
  ]);
});

test('a promotion: the others, each as far as the judgement names it', () => {
  for (const host of ['db1', 'db3']) {
    expect(names('promote', host, promotion)).toEqual([
      'Ask every member what it is',
      'Close the old primary for writes',
      'Ask the closed primary what it has',
      'Fence the old primary',
      'Follow the new primary',
    ]);
  }
});

test('phases end on all hosts before the next begins: each host has as many', () => {
  for (const [entryPoint, more] of [
    ['promote', promotion],
    ['rejoin', { rejoin: 'db1', reclone: false }],
  ] as const) {
    const phases = ['db1', 'db2', 'db3'].map((host) =>
      tasksOf(role, context(host, more), { entryPoint }).map(({ kind }) => kind),
    );
    expect(new Set(phases.flat())).toEqual(new Set(['block']));
    expect(new Set(phases.map(({ length }) => length)).size).toBe(1);
  }
});

test.each([
  [
    'promote',
    { ...promotion, candidate: 'db22' },
    "candidate: the candidate 'db22' is no member, db2",
  ],
  ['promote', promotion, ''],
  ['rejoin', { rejoin: 'db9', reclone: false }, "rejoin: 'db9' is no member, "],
  ['rejoin', { rejoin: 'db1', reclone: false }, ''],
])('%s with %j', (entryPoint, more, expected) => {
  const problems = role.entryPoints[entryPoint]!.check(context('db1', more));
  expect(
    problems.map(({ path, message, nearest }) => `${path}: ${message}, ${nearest ?? ''}`).join(),
  ).toBe(expected);
});

test('the record is written on the primary only', () => {
  const [task] = flat(recordTasks(context('db1', {}) as never));
  expect(task?.args).toMatchObject({
    primary: 'db1',
    members: 'db1=10.0.0.1,db2=10.0.0.2,db3=10.0.0.3',
  });
  expect(recordTasks(context('db2', {}) as never)).toEqual([]);
});
