import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RolecallError } from '../../errors.ts';
import type { ProgramEnd } from '../run-program.ts';
import { writeWhole } from '../write-file.ts';
import { type Units, unitNames } from './systemd-units.ts';
import { markerOf } from './watch-call.ts';

/** Where units are and how systemd is spoken to. */
export interface Systemd {
  readonly scope: 'system' | 'user';
  /** The folder of units. */
  readonly folder: string;
  run(words: readonly string[]): Promise<ProgramEnd>;
}

/**
 * Writes, enables and starts the units of a watch, in place of earlier ones. Nothing is touched when a
 * file of that name is another's or when systemd does not like the units.
 */
export async function installUnits(systemd: Systemd, watch: string, units: Units): Promise<void> {
  const there = await ownUnits(systemd, watch);
  await verify(systemd, units);
  const leftOver = there.filter((name) => name !== units.entry);
  if (leftOver.length > 0) await stop(systemd, leftOver);
  for (const [name, text] of Object.entries(units.files)) {
    await writeWhole(join(systemd.folder, name), text, 0o644);
  }
  for (const name of there.filter((one) => !(one in units.files))) {
    await rm(join(systemd.folder, name), { force: true });
  }
  await systemctl(systemd, ['daemon-reload']);
  await systemctl(systemd, ['enable', units.entry]);
  await systemctl(systemd, ['restart', units.entry]);
  await systemctl(systemd, ['is-active', units.entry]);
}

/** Stops and removes the units of a watch; returns their names, none when there are none. */
export async function uninstallUnits(systemd: Systemd, watch: string): Promise<string[]> {
  const there = await ownUnits(systemd, watch);
  if (there.length === 0) return [];
  await stop(systemd, there);
  for (const name of there) await rm(join(systemd.folder, name), { force: true });
  await systemctl(systemd, ['daemon-reload']);
  return there;
}

/** The units of a watch that are installed. Throws when one of the names is another's. */
export async function ownUnits({ folder }: Systemd, watch: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of unitNames(watch)) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw refused(`${file} cannot be read: ${error.message}`);
    });
    if (text === undefined) continue;
    if (!text.startsWith(`# ${markerOf(watch)}\n`)) {
      throw refused(`${file} is there and was not written by rolecall drift install`);
    }
    found.push(name);
  }
  return found;
}

/** Lets systemd read the units elsewhere first, where it can. It complains of other units, too. */
async function verify(systemd: Systemd, units: Units): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-units-'));
  try {
    const files = Object.keys(units.files).map((name) => join(folder, name));
    for (const [name, text] of Object.entries(units.files)) {
      await writeWhole(join(folder, name), text, 0o644);
    }
    const scope = systemd.scope === 'user' ? ['--user'] : [];
    const { status, output } = await systemd.run(['systemd-analyze', ...scope, 'verify', ...files]);
    const about = output.split('\n').filter((line) => line.includes('rolecall-drift-'));
    if (status !== 0 && about.length > 0) {
      const said = about.join('\n').replaceAll(`${folder}/`, '');
      throw refused(`systemd does not take the units:\n${said}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Units whose files systemd has not read cannot be stopped. */
async function stop(systemd: Systemd, names: readonly string[]): Promise<void> {
  await systemctl(systemd, ['daemon-reload']);
  await systemctl(systemd, ['disable', '--now', ...names]);
}

async function systemctl({ scope, run }: Systemd, words: readonly string[]): Promise<void> {
  const call = ['systemctl', ...(scope === 'user' ? ['--user'] : []), ...words];
  const { status, output } = await run(call);
  if (status === 0) return;
  const said = output === '' ? '' : `: ${output}`;
  throw refused(`'${call.join(' ')}' ended with ${status}${said}`);
}

function refused(message: string): RolecallError {
  return new RolecallError({ code: 'drift-install-refused', message });
}
