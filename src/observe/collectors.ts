import { aptCacheCollector } from './apt-cache.ts';
import { aptCandidateCollector } from './apt-candidate.ts';
import { contentCollector } from './content.ts';
import { crontabCollector } from './crontab.ts';
import { digestCollector } from './digest.ts';
import { factsCollector } from './facts.ts';
import { getentCollector } from './getent.ts';
import { groupCollector } from './group.ts';
import { matchesCollector } from './matches.ts';
import type { Collector } from './observation.ts';
import { pathCollector } from './path.ts';
import { pkgCollector } from './pkg.ts';
import { sysctlCollector } from './sysctl.ts';
import { treeCollector } from './tree.ts';
import { unitCollector } from './unit.ts';
import { userCollector } from './user.ts';

/** Every kind that has a collector; kind `probe` brings its own script. */
// biome-ignore lint/suspicious/noExplicitAny: the states of the kinds have no other common type
export const collectors: readonly Collector<any>[] = [
  pathCollector,
  matchesCollector,
  digestCollector,
  contentCollector,
  treeCollector,
  factsCollector,
  pkgCollector,
  aptCandidateCollector,
  aptCacheCollector,
  unitCollector,
  userCollector,
  groupCollector,
  getentCollector,
  crontabCollector,
  sysctlCollector,
];
