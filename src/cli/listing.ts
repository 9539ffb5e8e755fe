import { matchHosts } from '../inventory/patterns.ts';
import { listPlaybook } from '../playbook/list.ts';
import type { Play } from '../playbook/play.ts';
import type { LoadedRun } from './load-run.ts';
import type { RunCommandOptions } from './run-options.ts';

/** The lines of --list-hosts, --list-tasks and --list-tags, as Ansible prints them. */
export function listing(loaded: LoadedRun, options: RunCommandOptions): string[] {
  return loaded.playbooks.flatMap((playbook) =>
    listPlaybook(playbook, {
      tasks: options.listTasks ?? false,
      tags: options.listTags ?? false,
      only: options.tags ?? [],
      skip: options.skipTags ?? [],
      hosts: (play) => (options.listHosts ? hostLines(play, loaded, options.limit) : []),
    }),
  );
}

function hostLines(play: Play, { inventory }: LoadedRun, limit: string | undefined): string[] {
  const patterns = [play.hosts].flat().map(String);
  const head = `    pattern: [${patterns.map((part) => `'${part}'`).join(', ')}]`;
  if (patterns.some((part) => part.includes('{{'))) {
    return [head, '    hosts: known when the play runs'];
  }
  const { hosts } = matchHosts(inventory, patterns, { limit });
  return [head, `    hosts (${hosts.length}):`, ...hosts.map((host) => `      ${host}`)];
}
