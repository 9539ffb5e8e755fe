import { expect, test } from 'vitest';
import { fakeConnection } from '../../src/connection/fake.ts';
import { HostKnowledge } from '../../src/engine/observations.ts';
import { probe } from '../../src/observe/observation.ts';
import { path } from '../../src/observe/path.ts';
import { sh } from '../../src/shell/sh.ts';

test('what a probe answered is forgotten with any change: nobody knows what it reads', async () => {
  const knowledge = new HostKnowledge(new Map());
  const question = probe('size', sh`wc -c </srv/x`, ({ stdout }) => stdout.toString().trim());
  const connection = fakeConnection({ answer: () => '7\n' });
  await knowledge.collect([question], 'root', { connection, become: undefined });
  expect(knowledge.missing([question], 'root')).toEqual([]);
  knowledge.touch([]);
  expect(knowledge.missing([question], 'root')).toEqual([]);
  knowledge.touch([path('/srv/x')]);
  expect(knowledge.missing([question], 'root')).toEqual([question]);
});
