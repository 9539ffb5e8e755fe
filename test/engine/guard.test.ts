import { describe, expect, test } from 'vitest';
import { allGuards, type Guard, type Verdict } from '../../src/engine/guard.ts';
import { FakeHost, runWorld } from './support/world.ts';

describe('guards as one', () => {
  const step = {
    ...{ play: 1, id: 'a', task: 'a', host: 'h', module: 'm', handler: false, item: 0 },
    ...{ role: undefined, tags: [], harmless: false },
  };
  const basis = {
    args: {},
    seen: [],
    decision: { kind: 'unchanged', reason: '' },
    certain: true,
  } as const;
  const saying = (verdict: Verdict): Guard => ({ decided: () => verdict });

  test.each<{ given: Verdict[]; comes: Verdict }>([
    { given: [{ may: 'apply' }], comes: { may: 'apply' } },
    { given: [{ may: 'apply' }, { may: 'predict' }], comes: { may: 'predict' } },
    {
      given: [{ may: 'apply' }, { may: 'apply', desired: 'd' }],
      comes: { may: 'apply', desired: 'd' },
    },
  ])('$given', ({ given, comes }) => {
    expect(allGuards(given.map(saying))!.decided(step, basis)).toEqual(comes);
  });

  test('where there is none', () => {
    expect(allGuards([undefined, undefined])).toBeUndefined();
  });
});

describe('a guard', () => {
  const playbook = `- hosts: all
  gather_facts: false
  tasks:
    - flip: {name: seen}
    - say: hello
`;

  test('is told ahead of what cannot be observed again, and nothing else', async () => {
    const acting: string[] = [];
    const guard = allGuards(
      [1, 2].map(
        (number): Guard => ({
          decided: () => ({ may: 'apply' }),
          acting: async ({ task }) => void acting.push(`${number} ${task}`),
        }),
      ),
    )!;
    await runWorld(playbook, { guard, hosts: { a: new FakeHost() } });
    expect(acting).toEqual(['1 say', '2 say']);
  });

  test('gives the result what it is to come to', async () => {
    const guard: Guard = { decided: ({ task }) => ({ may: 'apply', desired: `of ${task}` }) };
    const { result } = await runWorld(playbook, { guard, hosts: { a: new FakeHost() } });
    expect(result('a', 'flip').desired).toBe('of flip');
  });

  test.each<[string, string, object]>([
    ['all that is declared', '{name: x, to: up}', { args: { to: 'up' }, certain: true }],
    ['not what hosts said', '{name: x, heard: y}', { args: { heard: undefined }, certain: true }],
    ['that details are open', '{name: x, outline: true}', { args: { name: 'x' }, certain: false }],
  ])('is told %s', async (_, args, expected) => {
    const told: object[] = [];
    const guard: Guard = {
      decided: (_step, basis) => {
        told.push({ args: { heard: undefined, ...basis.args }, certain: basis.certain });
        return { may: 'apply' };
      },
    };
    await runWorld(`- {hosts: all, gather_facts: false, tasks: [{flip: ${args}}]}`, {
      ...{ guard, hosts: { a: new FakeHost() } },
    });
    expect(told).toMatchObject([expected]);
  });

  test('is told in a dry run that what packages bring is open behind other packages', async () => {
    const told: boolean[] = [];
    const guard: Guard = {
      decided: (_step, { certain }) => {
        told.push(certain);
        return { may: 'apply' };
      },
    };
    const tasks = [
      '{flip: {name: x, brings: y}}',
      '{flip: {name: z}}',
      '{flip: {name: w, brings: v}}',
    ];
    await runWorld(`- {hosts: all, gather_facts: false, tasks: [${tasks.join(', ')}]}`, {
      ...{ guard, check: true, hosts: { a: new FakeHost() } },
    });
    expect(told).toEqual([true, true, false]);
  });
});
