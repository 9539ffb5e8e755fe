import { describe, expect, test } from 'vitest';
import { FakeHost, runWorld } from './support/world.ts';

const head = '- hosts: all\n  gather_facts: false\n';

async function check(text: string, host = new FakeHost()) {
  const world = await runWorld(`${head}  tasks:\n${text}`, { hosts: { a: host }, check: true });
  return { world, host };
}

describe('check mode', () => {
  test('predicts, and writes nothing: no change, no lock, no record', async () => {
    const { world, host } = await check(
      `    - {name: one, flip: {name: x}, notify: h}\n  handlers:\n    - {name: h, say: h}\n`,
    );
    expect(world.log).toEqual(['a one changed', 'a h changed']);
    expect(world.result('a', 'one').predicted).toBe(true);
    expect(host.switches.size).toBe(0);
    expect(
      host.commands.filter((text) => /^(set|say)|rolecall\.lock|>"\$owed"/m.test(text)),
    ).toEqual([]);
  });

  test('later tasks see what earlier ones would do', async () => {
    const { world } = await check(
      `    - {name: one, flip: {name: x}}\n    - {name: two, flip: {name: x}}\n`,
    );
    expect(world.log).toEqual(['a one changed', 'a two ok']);
  });

  test('what a package may bring is unknown, and so is what rests on it', async () => {
    const { world } = await check(`    - {name: one, flip: {name: x, brings: nginx}}
    - {name: two, flip: {name: pkg-file}, register: r}
    - {name: three, flip: {name: y}, when: r is changed}
    - {name: four, flip: {name: z}}
`);
    expect(world.log).toEqual([
      'a one changed',
      'a two unknown',
      'a three unknown',
      'a four changed',
    ]);
    expect(world.result('a', 'two').message).toContain('may be brought by nginx');
  });

  test('the output of a command is unknown and never crashes the dry run', async () => {
    const { world } = await check(`    - {name: one, say: hello, register: r}
    - {name: two, flip: {name: x, to: '{{ r.stdout }}'}}
    - {name: three, flip: {name: y}, when: r.rc == 0}
    - {name: four, say: again, changed_when: "'x' in r.stdout"}
    - {name: five, flip: {name: z}, loop: '{{ r.stdout_lines | default([]) }}'}
    - {name: six, say: end, changed_when: false}
`);
    expect(world.log).toEqual([
      'a one changed',
      'a two unknown',
      'a three unknown',
      'a four unknown',
      'a five skipped',
      'a six ok',
    ]);
    expect(world.summary.exitStatus).toBe(0);
  });

  test('what may change counts as a change for the exit status', async () => {
    const { world } = await check(
      `    - {name: one, say: hello, register: r, changed_when: false}\n    - {name: two, flip: {name: x}, when: r.rc == 0}\n`,
    );
    expect(world.log).toEqual(['a one ok', 'a two unknown']);
    expect(world.summary).toMatchObject({ exitStatus: 0, changed: true });
  });

  test('a false condition decides, even beside an unknown one', async () => {
    const { world } = await check(
      `    - {name: one, say: hello, register: r}\n    - {name: two, flip: {name: x}, when: [r.rc == 0, false]}\n`,
    );
    expect(world.log).toEqual(['a one changed', 'a two skipped']);
  });

  test('check_mode: false runs a task for real', async () => {
    const { world, host } = await check(
      `    - {name: one, say: hello, register: r, check_mode: false, changed_when: false}\n    - {name: two, flip: {name: x, to: '{{ r.stdout }}'}}\n`,
    );
    expect(host.commands).toContain('say hello');
    expect(world.result('a', 'two').message).toBe('x: off → hello');
  });

  test('check_mode: true keeps one task dry in a real run', async () => {
    const a = new FakeHost();
    await runWorld(
      `${head}  tasks:\n    - {name: one, flip: {name: x}, check_mode: true}\n    - {name: two, flip: {name: y}}\n`,
      { hosts: { a } },
    );
    expect([...a.switches.keys()]).toEqual(['y']);
  });

  test('the predicted set is the set that then changes', async () => {
    const playbook = `${head}  tasks:
    - {name: one, flip: {name: x}, notify: h}
    - {name: two, flip: {name: y, to: '{{ inventory_hostname }}'}}
    - {name: three, flip: {name: y, to: a}}
    - {name: four, flip: {name: y, to: '{{ item }}'}, loop: [p, q]}
  handlers:
    - {name: h, flip: {name: z}}
`;
    const hosts = () => ({ a: new FakeHost(), b: new FakeHost() });
    const dry = await runWorld(playbook, { hosts: hosts(), check: true });
    const real = await runWorld(playbook, { hosts: hosts() });
    expect(dry.log).toEqual(real.log);
    expect(real.log).toContain('a three ok');
  });
});

describe('check_mode on a task', () => {
  test('true predicts in a real run, and later tasks are not fooled by it', async () => {
    const a = new FakeHost();
    const world = await runWorld(
      `${head}  tasks:\n    - {name: one, flip: {name: x}, check_mode: true}\n    - {name: two, flip: {name: x}}\n`,
      { hosts: { a } },
    );
    expect(world.log).toEqual(['a one changed', 'a two changed']);
    expect(world.result('a', 'one').predicted).toBe(true);
    expect(world.result('a', 'two').predicted).toBe(false);
    expect(a.switches.get('x')).toBe('on');
  });

  test('false is real in a dry run, and looks at the host as it is', async () => {
    const { world, host } = await check(
      `    - {name: one, flip: {name: x}}\n    - {name: two, flip: {name: x}, check_mode: false}\n    - {name: three, flip: {name: x}}\n    - {name: four, flip: {name: x, to: 'off'}}\n`,
    );
    expect(world.log).toEqual(['a one changed', 'a two changed', 'a three ok', 'a four changed']);
    expect(world.result('a', 'two').predicted).toBe(false);
    expect(host.switches.get('x')).toBe('on');
  });

  test('a keyword that rests on what is not known makes the task unknown', async () => {
    const { world } = await check(
      `    - {name: one, say: hello, register: r}\n    - {name: two, flip: {name: x}, delegate_to: '{{ r.stdout }}'}\n    - {name: three, flip: {name: x}, become: true, become_user: '{{ r.stdout }}'}\n`,
    );
    expect(world.log).toEqual(['a one changed', 'a two unknown', 'a three unknown']);
  });
});
