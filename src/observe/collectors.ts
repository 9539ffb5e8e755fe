import { contentCollector } from './content.ts';
import { digestCollector } from './digest.ts';
import { factsCollector } from './facts.ts';
import type { Collector } from './observation.ts';
import { pathCollector } from './path.ts';

/** Every kind that has a collector; kind `probe` brings its own script. */
// biome-ignore lint/suspicious/noExplicitAny: the states of the kinds have no other common type
export const collectors: readonly Collector<any>[] = [
  pathCollector,
  digestCollector,
  contentCollector,
  factsCollector,
];
