import type { RunSetup } from '../engine/create-run.ts';
import type { LoadedRun } from './load-run.ts';

/** Lookups of templates, as the place of each template has them. */
export function lookupsFor(_loaded: LoadedRun): RunSetup['lookups'] {
  return () => undefined;
}
