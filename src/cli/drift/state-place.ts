import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Systemd } from '../../drift/install/systemd.ts';
import { unitNames } from '../../drift/install/systemd-units.ts';
import type { DriftSettings } from '../../drift/settings.ts';
import { stateFileOf } from '../../drift/state-file.ts';

/** Where the state of a watch is: what the system's service names, whoever asks. */
export function stateFileFor(settings: DriftSettings, { folder }: Systemd): string {
  const { state, name } = settings;
  return state ?? stateOfService(join(folder, unitNames(name)[1]!)) ?? stateFileOf(name);
}

function stateOfService(file: string): string | undefined {
  try {
    return / --state (\/\S+)/.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
