import type { Play, Task } from '../playbook/play.ts';
import type { Value } from '../values.ts';
import { isTrue } from './target.ts';

/** Whether a task is the one that gathers facts for a play. */
export function isGatherTask(task: Task): boolean {
  return task.id.endsWith('#facts');
}

/** The task that gathers facts at the head of a play; undefined when the play does not want any. */
export function gatherTask(play: Play): Task | undefined {
  if (play.gatherFacts !== undefined && !isTrue(play.gatherFacts)) return undefined;
  const args = new Map<Value, Value>();
  if (play.gatherSubset !== undefined) args.set('gather_subset', play.gatherSubset);
  return {
    kind: 'task',
    id: `${play.file}:${play.at.line}#facts`,
    name: 'Gathering Facts',
    at: play.at,
    action: { written: 'setup', module: 'setup', args, at: play.at },
    tags: ['always'],
    when: [],
    environment: [],
    moduleDefaults: [],
    until: [],
    notify: [],
    listen: [],
    folder: play.folder,
  };
}
