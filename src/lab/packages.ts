import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { RolecallError } from '../errors.ts';
import { attempting, commandEnvironment, run } from './commands.ts';
import type { LabBackend, Report } from './contract.ts';

/** Installs the Debian packages whose commands the backend needs and this machine lacks. */
export async function ensureLabPackages(backend: LabBackend, report: Report): Promise<void> {
  await ensureCommands(backend.commands, report);
}

/** Installs the Debian packages of those commands (command → package) that this machine lacks. */
export async function ensureCommands(
  commands: LabBackend['commands'],
  report: Report,
): Promise<void> {
  const names = await missingPackages(commands);
  if (names.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !(await isExecutable('apt-get'))) {
    throw new RolecallError({
      code: 'lab-unsupported',
      message: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} needed`,
      hint: `Install them: sudo apt-get install ${names.join(' ')}`,
    });
  }
  report({ kind: 'packages', names });
  const noninteractive = run({
    env: { ...commandEnvironment(), DEBIAN_FRONTEND: 'noninteractive' },
  });
  const install = () =>
    noninteractive`apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends ${names}`;
  await attempting(`installing ${names.join(', ')}`, async () => {
    // Package lists may be old or missing: only then are they fetched.
    if ((await install().nothrow()).exitCode === 0) return;
    await noninteractive`apt-get -o DPkg::Lock::Timeout=120 update`;
    await install();
  });
}

/** Names of Debian packages that are missing, by looking for their commands. */
export async function missingPackages(commands: LabBackend['commands']): Promise<string[]> {
  const missing = new Set<string>();
  for (const [command, name] of Object.entries(commands)) {
    if (!(await isExecutable(command))) missing.add(name);
  }
  return [...missing];
}

async function isExecutable(command: string): Promise<boolean> {
  for (const directory of (commandEnvironment().PATH ?? '').split(':')) {
    const found = await access(join(directory, command), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
