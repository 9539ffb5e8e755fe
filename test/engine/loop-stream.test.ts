import { describe, expect, test } from 'vitest';
import { FakeHost, runWorld, type World, type WorldOptions } from './support/world.ts';

interface Looped {
  readonly world: World;
  readonly host: FakeHost;
  /** What set switches, as it was sent. */
  readonly sent: readonly string[];
  /** `item status` of each item, in order. */
  readonly items: readonly string[];
  readonly messages: readonly string[];
}

async function loop(
  items: readonly (string | Record<string, string>)[],
  {
    args = 'together: one step',
    more = '',
    host = new FakeHost(),
    ...options
  }: { args?: string; more?: string; host?: FakeHost } & Omit<WorldOptions, 'hosts'> = {},
): Promise<Looped> {
  const world = await runWorld(
    `- hosts: all
  gather_facts: false
  tasks:
    - name: one
      flip: {name: '{{ item.name | default(item) }}', to: "{{ item.to | default('on') }}", ${args}}
      loop: ${JSON.stringify(items)}
      loop_control: {label: '{{ item.name | default(item) }}'}
${more}`,
    { ...options, hosts: { a: host } },
  );
  const told = world.events.filter((event) => event.type === 'host-task-item');
  return {
    world,
    host,
    sent: host.commands.flatMap((text) => {
      const last = text.trim().split('\n').at(-1)!;
      return last.startsWith('set') ? [last] : [];
    }),
    items: told.map(({ outcome }) => `${outcome.item} ${outcome.status}`),
    messages: told.map(({ outcome }) => outcome.message ?? ''),
  };
}

describe('what goes to the host together', () => {
  const xyz = ['x', 'y', 'z'];
  const table: [string, Parameters<typeof loop>[0], Parameters<typeof loop>[1], string[]][] = [
    ['one step of all', xyz, {}, ['set-all x on y on z on']],
    ['a step each', xyz, { args: 'together: own step' }, ['set x on', 'set y on', 'set z on']],
    [
      'what does not say so',
      xyz,
      { args: 'everything: false' },
      ['set x on', 'set y on', 'set z on'],
    ],
    ['one alone keeps its own step', ['x'], {}, ['set x on']],
    [
      'the same twice: the second waits',
      ['x', { name: 'x', to: 'off' }, 'y'],
      {},
      ['set x on', 'set-all x off y on'],
    ],
    [
      'what is as it should be is left out',
      ['x', { name: 'y', to: 'off' }, 'z'],
      {},
      ['set-all x on z on'],
    ],
    [
      'what rests on what is touched and left as it is',
      xyz,
      { args: 'together: one step, looks: folder' },
      ['set-all x on y on z on'],
    ],
    [
      'what rests on what changes waits',
      ['folder', 'x', 'y'],
      { args: `together: one step, looks: "{{ 'other' if item == 'folder' else 'folder' }}"` },
      ['set folder on', 'set-all x on y on'],
    ],
    [
      'a condition leaves some out',
      xyz,
      { more: "      when: item != 'y'\n" },
      ['set-all x on z on'],
    ],
    [
      'an environment of its own',
      xyz,
      { more: '      environment: {A: \'{{ 1 if item == "z" else 2 }}\'}\n' },
      ['set-all x on y on', 'set z on'],
    ],
    ['until', xyz, { more: '      until: true\n' }, ['set x on', 'set y on', 'set z on']],
    ['a timeout', xyz, { more: '      timeout: 9\n' }, ['set x on', 'set y on', 'set z on']],
  ];
  test.each(table)('%s', async (_name, items, options, expected) => {
    expect((await loop(items, options)).sent).toEqual(expected);
  });

  test('break_when: nothing goes ahead of what may end the loop', async () => {
    const host = new FakeHost();
    const world = await runWorld(
      `- hosts: all
  gather_facts: false
  tasks:
    - name: one
      flip: {name: '{{ item }}', together: one step}
      loop: [x, y]
      register: r
      loop_control: {break_when: r is changed}
`,
      { hosts: { a: host } },
    );
    expect(world.log).toEqual(['a one changed']);
    expect([...host.switches]).toEqual([['x', 'on']]);
  });

  test('more than are held at once', async () => {
    const items = Array.from({ length: 300 }, (_, index) => `s${index}`);
    const { sent, host } = await loop(items);
    expect(sent).toHaveLength(3);
    expect(host.switches.size).toBe(300);
  });

  test('it is asked again in one go', async () => {
    const { host } = await loop(['x', 'y', 'z']);
    expect(host.commands.filter((text) => text.includes('get '))).toHaveLength(2);
  });
});

describe.each(['one step', 'own step'])('each item has its own end: %s', (together) => {
  const args = `together: ${together}`;
  const broken = ['x', { name: 'y', to: 'broken' }, 'z'];

  test('one that fails fails only itself', async () => {
    const { items, messages, host, world } = await loop(broken, { args });
    expect(items).toEqual(['x changed', 'y failed', 'z changed']);
    expect(messages[1]).toContain('it broke');
    expect(host.switches.get('z')).toBe('on');
    expect(world.log).toEqual(['a one failed']);
  });

  test('what does not stick did not converge, the others did', async () => {
    const host = new FakeHost();
    host.stubborn.add('y');
    const { items, messages } = await loop(['x', 'y', 'z'], { args, host });
    expect(items).toEqual(['x changed', 'y failed', 'z changed']);
    expect(messages[1]).toContain('looking again shows');
  });

  test('the second run changes nothing', async () => {
    const host = new FakeHost();
    await loop(['x', 'y'], { args, host });
    const { items, sent } = await loop(['x', 'y'], { args, host });
    expect(items).toEqual(['x ok', 'y ok']);
    expect(sent).toHaveLength(2 - (together === 'one step' ? 1 : 0));
  });

  test('a dry run says the same', async () => {
    const dry = await loop(['x', 'y'], { args, check: true });
    const real = await loop(['x', 'y'], { args });
    expect(dry.items).toEqual(real.items);
    expect(dry.messages).toEqual(real.messages);
    expect(dry.sent).toEqual([]);
  });

  test('changed_when and failed_when judge each', async () => {
    const more = "      changed_when: item != 'x'\n      failed_when: item == 'z'\n";
    const { items } = await loop(['x', 'y', 'z'], { args, more });
    expect(items).toEqual(['x ok', 'y changed', 'z failed']);
  });

  test('what was owed is recorded ahead of the change, also where it is tried one by one', async () => {
    const host = new FakeHost();
    const owedWhenSet: number[] = [];
    host.onScript = (text) => {
      if (/^set(-all)? [xyz] /m.test(text))
        owedWhenSet.push(text.includes('rolecall/owed') ? 1 : host.owed.size);
    };
    const more = '      notify: h\n  handlers:\n    - {name: h, flip: {name: told}}\n';
    await loop(broken, { args, host, more });
    expect(owedWhenSet.length).toBeGreaterThan(1);
    expect(owedWhenSet).not.toContain(0);
  });

  test('a lost connection ends the loop', async () => {
    const host = new FakeHost();
    host.lostAt = 3;
    const { items } = await loop(['x', 'y'], { args, host });
    expect(items).toHaveLength(1);
  });
});
