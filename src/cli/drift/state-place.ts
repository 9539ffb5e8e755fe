import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Systemd } from '../../drift/install/systemd.ts';
import { unitNames } from '../../drift/install/systemd-units.ts';
import type { DriftSettings } from '../../drift/settings.ts';
import { stateFileOf } from '../../drift/state-file.ts';

/** Where the state of a watch is: what the system's service keeps is the machine's, whoever asks. */
export function stateFileFor(settings: DriftSettings, { folder }: Systemd): string {
  if (settings.state !== undefined) return settings.state;
  const isOfSystem = unitNames(settings.name).some((name) => existsSync(join(folder, name)));
  return stateFileOf(settings.name, process.env, isOfSystem || process.getuid?.() === 0);
}
