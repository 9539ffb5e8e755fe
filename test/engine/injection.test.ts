import { describe, expect, test } from 'vitest';
import { FakeHost, runWorld } from './support/world.ts';

const head = '- hosts: all\n  gather_facts: false\n';
/** What a hostile host says: `{{7*7}}`, which must come out as it went in. */
const said = `    - {name: hostile, say: "{{ '{{' }}7*7{{ '}}' }}", register: r}\n`;
const payload = '{{7*7}}';

describe('what a host said is never a template, wherever it goes', () => {
  const table: [string, string][] = [
    [
      'set_fact',
      `    - set_fact: {w: '{{ r.stdout }}'}\n    - {name: use, flip: {name: x, to: '{{ w }}'}}\n`,
    ],
    [
      'task vars',
      `    - {name: use, flip: {name: x, to: '{{ w }}'}, vars: {w: '{{ r.stdout }}'}}\n`,
    ],
    ['a loop', `    - {name: use, flip: {name: x, to: '{{ item }}'}, loop: ['{{ r.stdout }}']}\n`],
    [
      'a list in a mapping',
      `    - set_fact: {w: {k: ['{{ r.stdout }}']}}\n    - {name: use, flip: {name: x, to: '{{ w.k[0] }}'}}\n`,
    ],
    ['the item of an include', `    - include_tasks: inner.yml\n      loop: ['{{ r.stdout }}']\n`],
    [
      'variables of an include',
      `    - include_tasks: inner.yml\n      vars: {item: '{{ r.stdout }}'}\n`,
    ],
    ['hostvars', `    - {name: use, flip: {name: x, to: "{{ hostvars['a'].r.stdout }}"}}\n`],
    [
      'block vars',
      `    - block:\n        - {name: use, flip: {name: x, to: '{{ w }}'}}\n      vars: {w: '{{ r.stdout }}'}\n`,
    ],
  ];
  test.each(table)('%s', async (_name, tasks) => {
    const a = new FakeHost();
    const files = { '/play/inner.yml': "- {name: use, flip: {name: x, to: '{{ item }}'}}\n" };
    const world = await runWorld(`${head}  tasks:\n${said}${tasks}`, { hosts: { a }, files });
    expect(world.summary.exitStatus).toBe(0);
    expect(a.switches.get('x')).toBe(payload);
  });

  test('add_host', async () => {
    const hosts = { a: new FakeHost(), b: new FakeHost() };
    await runWorld(
      `- hosts: a\n  gather_facts: false\n  tasks:\n${said}    - add_host: {name: b, groups: late, word: '{{ r.stdout }}', deep: {k: ['{{ r.stdout }}']}}\n- hosts: late\n  gather_facts: false\n  tasks:\n    - {name: use, flip: {name: x, to: '{{ word }}'}}\n    - {name: use, flip: {name: y, to: '{{ deep.k[0] }}'}}\n`,
      { hosts },
    );
    expect(hosts.b.switches.get('x')).toBe(payload);
    expect(hosts.b.switches.get('y')).toBe(payload);
  });

  test('a condition', async () => {
    const a = new FakeHost();
    const world = await runWorld(
      `${head}  tasks:\n    - {name: hostile, say: '1==1', register: r}\n    - {name: use, flip: {name: x}, when: r.stdout == '1==1'}\n    - {name: bare, flip: {name: y}, vars: {w: '{{ r.stdout }}'}, when: w}\n`,
      { hosts: { a } },
    );
    expect(world.result('a', 'use').status).toBe('changed');
    expect(a.switches.has('y')).toBe(world.result('a', 'bare').status === 'changed');
  });
});
