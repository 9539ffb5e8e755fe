import { historyBench } from './history.ts';
import { phases } from './phases.ts';
import { reporterBench } from './reporter.ts';
import { noChange } from './s1-no-change.ts';
import { manyTasksBench } from './s2-many-tasks.ts';
import { distance } from './s3-distance.ts';
import { smallFiles } from './s4-small-files.ts';
import { bigFile } from './s5-big-file.ts';
import { fleetBench } from './s6-fleet.ts';
import { start } from './s7-start.ts';
import { costOfATask } from './s8-cost-of-a-task.ts';
import { dryRun } from './s9-dry-run.ts';
import type { Bench } from './setting.ts';
import { standUp } from './stand-up.ts';

/** In the order in which they are measured. */
export const benches: readonly Bench[] = [
  noChange,
  manyTasksBench,
  distance,
  smallFiles,
  bigFile,
  fleetBench,
  start,
  costOfATask,
  dryRun,
  phases,
  reporterBench,
  standUp,
  historyBench,
];
