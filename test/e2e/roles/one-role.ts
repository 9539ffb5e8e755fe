import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestLab } from '../support/lab.ts';
import { type Ended, rolecallRun } from '../support/rolecall.ts';

/** A folder in which one of this project's roles can be run on a group of the lab's hosts. */
export interface OneRole {
  /** Runs it with parameters, to its end, whatever that is. */
  converge(params: object, ...words: string[]): Promise<Ended>;
  close(): Promise<void>;
}

export async function useRole(lab: TestLab, role: string, hosts: string): Promise<OneRole> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-role-'));
  await symlink(fileURLToPath(new URL('../../../roles', import.meta.url)), join(folder, 'roles'));
  await writeFile(join(folder, 'inventory.ini'), lab.inventory);
  return {
    async converge(params, ...words) {
      const play = { name: role, hosts, become: true, vars: { [role]: params }, roles: [role] };
      await writeFile(join(folder, 'site.yml'), JSON.stringify([play]));
      return rolecallRun(['site.yml', '-i', 'inventory.ini', ...words], { cwd: folder });
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
