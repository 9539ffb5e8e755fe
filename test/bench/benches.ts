import { noChange } from './s1-no-change.ts';
import { manyTasksBench } from './s2-many-tasks.ts';
import { start } from './s7-start.ts';
import { dryRun } from './s9-dry-run.ts';
import type { Bench } from './setting.ts';

/** In the order in which they are measured. */
export const benches: readonly Bench[] = [noChange, manyTasksBench, start, dryRun];
