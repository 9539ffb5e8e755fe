import { content } from './content.ts';
import { type Observation, observationId } from './observation.ts';
import { type PathState, path } from './path.ts';

const folders = [
  '/etc/systemd',
  '/run/systemd',
  '/usr/local/lib/systemd',
  '/usr/lib/systemd',
  '/lib/systemd',
];

/** Whether a change of this observation may alter what the service manager tells of its units. */
export function concernsUnits(touched: Observation<unknown>): boolean {
  if (!['path', 'content', 'digest'].includes(touched.kind)) return false;
  return /(?:^|[ /])(?:systemd\/(?:system|user)|init\.d)(?:\/|$)/.test(touched.key);
}

/**
 * The `UnitFileState` that a unit gets from a file which earlier tasks of a dry run would write;
 * undefined where none would.
 */
export function predictedUnitFile(
  name: string,
  scope: string,
  predictions: ReadonlyMap<string, unknown>,
): 'disabled' | 'static' | undefined {
  const kind = scope === 'system' ? 'system' : 'user';
  for (const folder of folders) {
    const file = `${folder}/${kind}/${name}`;
    const state = predictions.get(observationId(path(file))) as PathState | undefined;
    if (!state || !('exists' in state) || !state.exists) continue;
    const written = predictions.get(observationId(content(file))) as { bytes?: Buffer } | undefined;
    const text = written?.bytes?.toString() ?? '[Install]';
    return /^\[Install\]/m.test(text) ? 'disabled' : 'static';
  }
  return undefined;
}
