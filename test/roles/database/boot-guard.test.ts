import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { guardProgram } from '../../../roles/database/boot-guard-script.ts';
import { guardUnitText } from '../../../roles/database/boot-guard-unit.ts';

/** What `rolecall-boot-guard decide` makes of facts. */
function decide(facts: readonly string[]): string {
  const program = guardProgram().replace(/^\. .*$/m, 'engine=mysql name=db1 port=3306');
  const ended = spawnSync('sh', ['-c', program, 'rolecall-boot-guard', 'decide'], {
    input: facts.map((line) => `${line}\n`).join(''),
  });
  expect(ended.stderr.toString()).toBe('');
  return ended.stdout.toString().trim();
}

const primary = 'self db1 3 db1 none';

test.each<[string, string[], string]>([
  ['alone', [primary], 'open there are no other members'],
  ['a replica follows', [primary, 'peer db2 3 0 me none'], 'open db2 replicates from here'],
  [
    'one replica is enough',
    [primary, 'peer db2 unreachable', 'peer db3 3 0 me none'],
    'open db3 replicates from here',
  ],
  [
    'nobody can be asked',
    [primary, 'peer db2 unreachable', 'peer db3 unreachable ERROR 2003: no route'],
    'wait no other member that replicates from here can be asked: db2 db3 (ERROR 2003: no route)',
  ],
  ['the server is not up', [], 'wait the server does not answer yet'],
  ['a virgin server', ['self db1 0 none none'], 'stay nobody has been recorded as the primary'],
  ['a replica', ['self db2 3 db1 10.0.0.1'], 'stay this server replicates from 10.0.0.1'],
  [
    'a replica whose record says it is the primary',
    ['self db1 3 db1 10.0.0.2', 'peer db2 3 0 me none'],
    'stay this server replicates from 10.0.0.2',
  ],
  ['not the primary', ['self db2 3 db1 none', 'peer db1 3 0 none none'], 'stay the primary is db1'],
  [
    'another one was promoted',
    [primary, 'peer db2 4 1 none a:7'],
    'stay db2 knows of a later promotion; attach this server again with tasks_from: rejoin',
  ],
  [
    'another one was promoted, and a replica that has not heard of it still follows here',
    [primary, 'peer db2 4 0 none a:7', 'peer db3 3 0 me none'],
    'stay db2 knows of a later promotion; attach this server again with tasks_from: rejoin',
  ],
  ['another takes writes', [primary, 'peer db2 3 1 none none'], 'wait db2 takes writes'],
  [
    'a stale one takes writes',
    [primary, 'peer db2 2 1 none none', 'peer db3 3 0 me none'],
    'wait db2 takes writes',
  ],
  [
    'a replica follows another',
    [primary, 'peer db2 3 0 me none', 'peer db3 3 0 10.0.0.9 none'],
    'wait db3 replicates from 10.0.0.9',
  ],
  [
    'a replica has what is missing here',
    [primary, 'peer db2 3 0 me b:1-4'],
    'wait db2 has transactions that are missing here: b:1-4',
  ],
  [
    'a promotion that did not end: the candidate follows nobody',
    [primary, 'peer db2 3 0 none none'],
    'wait no other member replicates from here',
  ],
  [
    'an old primary with a transaction too much is no hindrance',
    [primary, 'peer db2 2 0 none b:9', 'peer db3 3 0 me none'],
    'open db3 replicates from here',
  ],
  [
    'an old primary cannot vouch',
    [primary, 'peer db2 2 0 none none'],
    'wait no other member replicates from here',
  ],
  [
    'a replica that has not applied the record vouches',
    [primary, 'peer db2 2 0 me none'],
    'open db2 replicates from here',
  ],
])('%s', (_name, facts, verdict) => {
  expect(decide(facts)).toBe(verdict);
});

test('the program is POSIX sh', () => {
  const checked = spawnSync('sh', ['-n'], { input: guardProgram() });
  expect(checked.stderr.toString()).toBe('');
  expect(guardProgram()).not.toContain('\\$');
});

test.each(['mysql', 'mariadb'] as const)('the unit goes up and down with %s', (engine) => {
  const unit = guardUnitText(engine);
  for (const word of ['After', 'PartOf', 'WantedBy']) {
    expect(unit).toContain(`${word}=${engine}.service\n`);
  }
});
