import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './demo-steps.ts';

/** A task on a host. */
export interface Change {
  readonly host: string;
  readonly task: string;
}

/** What a run did, or a dry run would do. */
export interface Recorded {
  readonly changes: readonly Change[];
  readonly unknown: readonly Change[];
}

/** Runs a command and reads from its record what changed. */
export async function recorded(
  words: readonly string[],
  output: 'shown' | 'hidden',
): Promise<Recorded> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-demo-'));
  try {
    const file = join(folder, 'events.jsonl');
    const kinds = output === 'shown' ? ['-o', 'live', '-o', `json=${file}`] : ['-o', 'json'];
    const { stdout } = await command([...words, ...kinds], output, words);
    const text = output === 'shown' ? await readFile(file, 'utf8') : stdout;
    const finished = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'host-task-finished');
    const withStatus = (status: string): Change[] =>
      finished.filter(({ outcome }) => outcome.status === status);
    return { changes: withStatus('changed'), unknown: withStatus('unknown') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the dry run was right, task by task and host by host. */
export function comparison(planned: Recorded, done: Recorded): string {
  const names = (changes: readonly Change[]) =>
    new Set(changes.map(({ host, task }) => `${host}: ${task}`));
  const [predicted, made] = [names(planned.changes), names(done.changes)];
  if (made.size === 0 && predicted.size === 0) {
    return 'Nothing changed, as predicted: the hosts were as the playbook wants them.';
  }
  const surprises = [
    ...[...made.difference(predicted)].map((name) => `  not predicted: ${name}`),
    ...[...predicted.difference(made)].map((name) => `  predicted, not made: ${name}`),
  ];
  if (surprises.length === 0) {
    return `These are exactly the ${made.size} changes that the dry run predicted.`;
  }
  return ['The dry run predicted other changes:', ...surprises].join('\n');
}
