import { describe, expect, test } from 'vitest';
import { FakeHost, runWorld } from './support/world.ts';

const head = '- hosts: all\n  gather_facts: false\n';

/** Each play uses `canary-…` in a task with no_log; nothing of it may be told. */
const plays: [string, string][] = [
  [
    'a literal argument of a task that fails',
    `  tasks:\n    - {name: one, no_log: true, say: fail canary-literal, ignore_errors: true}\n`,
  ],
  [
    'items of a loop, some of which fail',
    `  tasks:
    - name: one
      no_log: true
      say: 'fail {{ item.pw }}'
      loop: [{user: ann, pw: canary-item-1}, {user: bob, pw: canary-item-2}]
      ignore_errors: true
`,
  ],
  [
    'labels',
    `  tasks:\n    - {name: one, no_log: true, say: hi, loop: [canary-label], loop_control: {label: 'for {{ item }}'}}\n`,
  ],
  [
    'messages of attempts',
    `  tasks:\n    - {name: one, no_log: true, say: 'canary-{{ 1 }}-try', until: false, retries: 1, delay: 0, ignore_errors: true}\n`,
  ],
  [
    'what a host says',
    `  tasks:\n    - {name: one, no_log: true, say: canary-output, failed_when: true, ignore_errors: true}\n`,
  ],
  [
    'inherited from the play, with facts and messages',
    `  no_log: true\n  tasks:\n    - {set_fact: {a: canary-fact}}\n    - {debug: {var: a}}\n    - {debug: {msg: '{{ a }}'}}\n    - {assert: {that: "a == 'x'", fail_msg: 'it is {{ a }}'}, ignore_errors: true}\n    - {fail: {msg: '{{ a }}'}, ignore_errors: true}\n`,
  ],
  [
    'the value in an error about an argument',
    `  vars: {secret: canary-argument}\n  tasks:\n    - {name: one, no_log: true, flip: {name: x, everything: '{{ secret }}'}, ignore_errors: true}\n`,
  ],
  [
    'a no_log that cannot be evaluated',
    `  vars: {secret: canary-broken}\n  tasks:\n    - {name: one, no_log: '{{ nowhere }}', say: 'fail {{ secret }}', ignore_errors: true}\n`,
  ],
];

describe('no_log hides', () => {
  test.each(plays)('%s', async (_name, play) => {
    for (const check of [false, true]) {
      const world = await runWorld(head + play, {
        hosts: { a: new FakeHost() },
        check,
        diff: true,
      });
      expect(world.log.length).toBeGreaterThan(0);
      expect(JSON.stringify(world.events)).not.toMatch(/canary/);
    }
  });
});

test('without no_log the same is told', async () => {
  for (const [name, play] of plays) {
    const open = head + play.replaceAll(/no_log: (true|'[^']*')/g, 'no_log: false');
    const told = await Promise.all(
      [false, true].map((check) => runWorld(open, { hosts: { a: new FakeHost() }, check })),
    );
    expect(JSON.stringify(told.map(({ events }) => events)), name).toMatch(/canary/);
  }
});

test('passwords of become and of the login are hidden wherever they show up', async () => {
  const world = await runWorld(
    `${head}  tasks:\n    - {name: 'as {{ ansible_become_password }}', say: hi, become: true}\n    - {debug: {msg: '{{ ansible_become_password }} {{ ansible_password }}'}}\n`,
    {
      hosts: { a: new FakeHost() },
      hostVars: {
        a: { ansible_become_password: 'canary-become', ansible_password: 'canary-login' },
      },
    },
  );
  expect(JSON.stringify(world.events)).not.toMatch(/canary/);
});
