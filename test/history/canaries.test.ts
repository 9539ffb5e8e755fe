import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recordedOptions } from '../../src/cli/recorded-options.ts';
import { openToRead } from '../../src/history/open.ts';
import { outcomesOfRun } from '../../src/history/read.ts';
import { Redactor } from '../../src/shell/redact.ts';
import { runWorld } from '../engine/support/world.ts';
import { newFile, record } from './support/events.ts';

const canary = 'Canary-7f3a91';

test('what no_log hides is not in the history', async () => {
  const { events } = await runWorld(
    `- hosts: all
  gather_facts: false
  tasks:
    - flip: {name: "{{ secret }}", to: on}
      no_log: true
    - say: "{{ secret }}"
      no_log: true
    - flip: {name: broken, to: broken, brings: "{{ secret }}"}
      no_log: true
      ignore_errors: true
    - flip: {name: seen}
`,
    { diff: true, extraVars: { secret: canary } },
  );
  const file = newFile();
  const { recorder, reporter } = record(file);
  for (const event of events) reporter.report(event);
  await reporter.finish();
  const database = openToRead(file)!;
  const outcomes = JSON.stringify(outcomesOfRun(database, recorder.run!));
  database.close();
  expect(outcomes).toContain('seen');
  expect(outcomes).not.toContain(canary);
  expect(readFileSync(file).includes(canary)).toBe(false);
});

describe('options', () => {
  const redactor = new Redactor();
  redactor.add(canary);
  const redact = (text: string) => redactor.redact(text);
  test.each([
    { given: { extraVars: [`port=80 motd=${canary}`] }, kept: { extraVars: ['port', 'motd'] } },
    { given: { extraVars: [`{"app": {"api_token": "${canary}"}}`] }, kept: { extraVars: ['app'] } },
    { given: { extraVars: ['a=1', '@secrets.yml'] }, kept: { extraVars: ['@secrets.yml', 'a'] } },
    { given: { moduleName: 'shell', args: `echo ${canary}x` }, kept: { moduleName: 'shell' } },
    { given: { limit: canary }, kept: { limit: '********' } },
    { given: { limit: 'web', forks: 50, tags: ['a'] }, kept: { limit: 'web', tags: ['a'] } },
  ])('$given', ({ given, kept }) => {
    expect(recordedOptions(given, redact)).toEqual(kept);
  });
});
