import { readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/lab/commands.ts';
import type { Command } from './measure.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The package as users install it, with the dependencies of this checkout. */
export interface Installed {
  command(...words: string[]): Command;
}

/** Builds the package, packs it, and unpacks it where no sources are. */
export async function installPackage(folder: string): Promise<Installed> {
  await run({ cwd: root })`npm pack --pack-destination ${folder}`;
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await run`tar --extract --file ${join(folder, tarball!)} --directory ${folder}`;
  const installed = join(folder, 'package');
  await symlink(join(root, 'node_modules'), join(installed, 'node_modules'));
  const launch = join(installed, 'src/cli/launch.js');
  await run`chmod +x ${launch}`;
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`, NO_COLOR: '1' };
  return { command: (...words) => ({ argv: [launch, ...words], cwd: folder, env }) };
}
