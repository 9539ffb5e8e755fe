import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasAnsible, runAnsible, withoutAnsible } from './support/ansible.ts';
import { type TestLab, useLab } from './support/lab.ts';
import { runPlaybook } from './support/run-playbook.ts';

/** The same playbook by both, on a host with Python: what one has converged, the other leaves alone. */
describe.skipIf(!hasAnsible)(
  `beside Ansible (${hasAnsible ? 'installed' : withoutAnsible})`,
  () => {
    let lab: TestLab;
    let folder: string;

    beforeAll(async () => {
      lab = await useLab();
      folder = await mkdtemp(join(tmpdir(), 'rolecall-parity-'));
      await cp(join(import.meta.dirname, 'parity'), folder, { recursive: true });
      const archive = 'mkdir -p made/x; echo 1 >made/x/one; tar -C made -czf files/made.tar.gz x';
      await promisify(execFile)('/bin/sh', ['-ec', archive], { cwd: folder });
    });
    afterAll(async () => {
      await rm(folder, { recursive: true, force: true });
      await lab.reset('db1');
    });

    test('Ansible changes nothing of what rolecall made', { timeout: 200_000 }, async () => {
      await freshHost(lab);
      const made = await runPlaybook(folder, 'site.yml', ['-i', lab.inventoryFile]);
      expect(troubles(made.tasks.map((task) => [task.task, task.status, task.message]))).toEqual(
        [],
      );
      expect(made.stderr).toBe('');
      expect(made.exitStatus).toBe(0);
      const after = await runAnsible(folder, 'site.yml', ['-i', lab.inventoryFile, '--diff']);
      expect(differences(after)).toEqual([]);
      expect(after.exitStatus).toBe(0);
    });

    test('rolecall changes nothing of what Ansible made', { timeout: 200_000 }, async () => {
      await freshHost(lab);
      const made = await runAnsible(folder, 'site.yml', ['-i', lab.inventoryFile]);
      expect(made.tasks.filter((task) => task.failed)).toEqual([]);
      expect(made.exitStatus).toBe(0);
      const after = await runPlaybook(folder, 'site.yml', ['-i', lab.inventoryFile, '-D']);
      const changes = after.tasks.filter(
        (task) => task.status !== 'ok' && task.status !== 'skipped',
      );
      expect(changes.map(({ task, status, message }) => `${task}: ${status} ${message}`)).toEqual(
        [],
      );
      expect(after.exitStatus).toBe(0);
    });
  },
);

/** Ansible's apt module needs Python's bindings; the rest is what the playbook takes as given. */
async function freshHost(lab: TestLab): Promise<void> {
  await lab.reset('db1');
  await lab.sh(
    'db1',
    `set -e
apt-get -qq install -y curl gpg python3-apt >/dev/null 2>&1
mkdir -p /srv/app /srv/repo /srv/www /tmp/zip/dir
echo page >/srv/www/page.txt
busybox httpd -p 8099 -h /srv/www
echo zipped >/tmp/zip/dir/two
cd /tmp/zip && python3 -m zipfile -c /srv/app/made.zip dir`,
  );
}

function troubles(tasks: readonly (readonly string[])[]): string[] {
  return tasks
    .filter(([, status]) => !['ok', 'changed', 'skipped'].includes(status ?? ''))
    .map((task) => task.join(': '));
}

function differences(run: Awaited<ReturnType<typeof runAnsible>>): string[] {
  return run.tasks
    .filter((task) => task.changed || task.failed)
    .map(({ task, result }) => {
      const { msg, diff, stdout } = result;
      return `${task}: ${JSON.stringify({ msg, diff, stdout })}`;
    });
}
