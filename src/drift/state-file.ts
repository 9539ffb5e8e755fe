import { readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { RolecallError } from '../errors.ts';
import { emptyState, type WatchState } from './state.ts';
import { writeWhole } from './write-file.ts';

/** Where the state of a watch is kept when the settings do not say: root's is the machine's. */
export function stateFileOf(
  watch: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  isRoot = process.getuid?.() === 0,
): string {
  const folder = isRoot
    ? '/var/lib/rolecall'
    : join(environment.XDG_STATE_HOME || join(homedir(), '.local/state'), 'rolecall');
  return join(folder, 'drift', `${watch}.json`);
}

/**
 * Reads the state; a new one when there is no file. A file that cannot be understood is set aside
 * beside it, and `warn` is told. One of a later version is refused.
 */
export async function readState(
  file: string,
  warn: (message: string) => void,
  now: number,
): Promise<WatchState> {
  const state = await stateIn(file);
  if (state !== 'damaged') return state;
  const aside = `${file}.damaged-${new Date(now).toISOString().replaceAll(':', '')}`;
  await rename(file, aside);
  warn(`the state ${file} is damaged; it is kept as ${aside}, a new one begins`);
  return emptyState;
}

/** The same, for who only looks: a damaged file stays. */
export async function lookAtState(
  file: string,
  warn: (message: string) => void,
): Promise<WatchState> {
  const state = await stateIn(file);
  if (state !== 'damaged') return state;
  warn(`the state ${file} is damaged`);
  return emptyState;
}

/** Keeps the state, for its owner only. */
export async function writeState(file: string, state: WatchState): Promise<void> {
  try {
    await writeWhole(file, `${JSON.stringify(state)}\n`, 0o600);
  } catch (error) {
    throw new RolecallError({
      code: 'drift-state-unwritable',
      message: `the state ${file} cannot be written: ${(error as Error).message}`,
    });
  }
}

async function stateIn(file: string): Promise<WatchState | 'damaged'> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new RolecallError({
      code: 'file-unreadable',
      message: `the state ${file}: ${error.message}`,
    });
  });
  if (text === undefined) return emptyState;
  const state = parse(text);
  if (!state) return 'damaged';
  if ((state.version as number) > emptyState.version) {
    throw new RolecallError({
      code: 'file-unreadable',
      message: `the state ${file} was written by a later version of rolecall`,
    });
  }
  return { ...emptyState, ...state, totals: { ...emptyState.totals, ...state.totals } };
}

function parse(text: string): WatchState | undefined {
  try {
    const value = JSON.parse(text) as WatchState;
    const isState =
      Number.isInteger(value.version) &&
      Number.isInteger(value.failures) &&
      Array.isArray(value.corrections) &&
      [value.repeats, value.conditions, value.totals].every(
        (part) => part && typeof part === 'object',
      );
    return isState || value.version > emptyState.version ? value : undefined;
  } catch {
    return undefined;
  }
}
