import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasAnsible, runAnsible, withoutAnsible } from './support/ansible.ts';
import { type TestLab, useLab } from './support/lab.ts';
import { runPlaybook } from './support/run-playbook.ts';

/** A playbook with most of the language, by both: what is said and what is left on the hosts is the same. */
describe.skipIf(!hasAnsible)(`language (${hasAnsible ? 'beside Ansible' : withoutAnsible})`, () => {
  let lab: TestLab;
  let folder: string;

  beforeAll(async () => {
    lab = await useLab();
    folder = await mkdtemp(join(tmpdir(), 'rolecall-language-'));
    await cp(join(import.meta.dirname, 'language'), folder, { recursive: true });
    await lab.reset('web1', 'db1');
    await lab.sh('web1', 'apt-get -qq install -y python3-minimal >/dev/null 2>&1');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await lab.reset('web1', 'db1');
  });

  test('says and does the same', { timeout: 200_000 }, async () => {
    const args = ['-i', lab.inventoryFile, '--vault-password-file', 'vault-pass'];
    const ours = await runPlaybook(folder, 'site.yml', args);
    expect(ours.stderr).toBe('');
    const filesOfOurs = await files(lab);
    await Promise.all(['web1', 'db1'].map((host) => lab.sh(host, 'rm -rf /srv/lang')));
    const theirs = await runAnsible(folder, 'site.yml', args, true);
    const filesOfTheirs = await files(lab);

    expect(titles(ours.tasks.filter((task) => task.status === 'failed'))).toEqual(
      titles(theirs.tasks.filter((task) => task.failed)),
    );
    expect(said(ours.tasks)).toEqual(said(theirs.tasks));
    expect(filesOfOurs).toEqual(filesOfTheirs);
    expect(ours.exitStatus).toBe(theirs.exitStatus);
  });
});

function titles(tasks: readonly { task: string; host: string }[]): string[] {
  return tasks.map(({ task, host }) => `${host}: ${task}`).sort();
}

async function files(lab: TestLab): Promise<string[]> {
  const list =
    'cd /srv/lang && for f in $(ls | sort); do echo "== $f $(stat -c %a $f)"; cat $f; done';
  return Promise.all(['web1', 'db1'].map((host) => lab.sh(host, list)));
}

interface Said {
  readonly task: string;
  readonly host: string;
  readonly result: { readonly [key: string]: unknown };
  readonly items?: readonly Said['result'][];
}

/** What the debug tasks said, by task and host; items of loops one after another. */
function said(tasks: readonly Said[]): Record<string, unknown> {
  const all: Record<string, unknown[]> = {};
  for (const { task, host, result, items = [] } of tasks) {
    const results = (result.results as Said['result'][] | undefined) ?? items;
    const values = (results.length > 0 ? results : [result]).map(message);
    const texts = values.filter((value) => value !== undefined && value !== '');
    if (texts.length > 0 && !quiet.has(task))
      all[`${host}: ${task}`] = [...(all[`${host}: ${task}`] ?? []), ...texts];
  }
  return all;
}

/** Tasks that are no debug and have a message of their own. */
const quiet = new Set([
  'register',
  'ignored',
  'in the block',
  'assert',
  'secret',
  'loop',
  'host ends',
]);

function message(result: Said['result']): unknown {
  if (result.msg !== undefined) return result.msg;
  const names = Object.keys(result).filter((key) =>
    /^(base_map|handled|not_there|loaded)/.test(key),
  );
  return names.length > 0 ? names.map((name) => [name, result[name]]) : undefined;
}
