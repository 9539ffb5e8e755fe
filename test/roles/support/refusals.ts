import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadRun } from '../../../src/cli/load-run.ts';
import { readSite, type Site } from '../../../src/cli/read-site.ts';
import { type Problem, RolecallError } from '../../../src/errors.ts';

const roles = fileURLToPath(new URL('../../../roles', import.meta.url));

/**
 * Reads files as `rolecall run -i hosts.yml site.yml` does before it connects, with the roles of this
 * project: `hosts.yml`, `site.yml`, and what else they need (`group_vars/web.yml`).
 */
export async function readFiles(files: Readonly<Record<string, string>>): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-roles-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    symlinkSync(roles, join(folder, 'roles'));
    const loaded = await loadRun([join(folder, 'site.yml')], {
      inventory: [join(folder, 'hosts.yml')],
    });
    const site = await readSite(loaded);
    return { ...site, problems: site.problems.map((problem) => within(problem, folder)) };
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    return {
      fleet: undefined as never,
      problems: error.problems.map((problem) => within(problem, folder)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `code file:line:column message (did you mean …)` of what is refused before any connection. */
export async function refusals(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { problems } = await readFiles(files);
  return problems.map(({ code, at, message, nearest }) =>
    [
      code,
      at && `${at.file}:${at.line}:${at.column}`,
      message,
      nearest && `(did you mean ${nearest})`,
    ]
      .filter(Boolean)
      .join(' '),
  );
}

function within(problem: Problem, folder: string): Problem {
  const { at } = problem;
  return at ? { ...problem, at: { ...at, file: at.file.replace(`${folder}/`, '') } } : problem;
}
