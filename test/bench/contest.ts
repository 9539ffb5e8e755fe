import { type Command, measure, type Usage } from './measure.ts';
import { type Summary, summary } from './statistics.ts';

/** One of those that do the same work and are measured in turn. */
export interface Contestant {
  readonly name: string;
  readonly command: Command;
  /** What it has to say for the run to count. */
  readonly expected?: RegExp;
  /** Before each run, unmeasured. */
  readonly prepare?: () => Promise<void>;
  /** When it fails the others go on without it. */
  readonly isOptional?: boolean;
}

/** How contests are held in this run of the benchmarks. */
export interface Rules {
  readonly runs: number;
  /** For scratch files. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** What all runs of a contestant took. */
export interface Row {
  readonly name: string;
  /** Seconds. */
  readonly wall: Summary;
  /** Seconds of the controller's CPU. */
  readonly cpu: Summary;
  /** Seconds of CPU on all hosts together. */
  readonly hostCpu?: Summary;
  /** Bytes at the controller's peak. */
  readonly memory: Summary;
}

/**
 * Measures contestants in turn, as often as the rules say: first, second, third, first, second …
 * One run of each goes ahead and does not count, so that all find warm caches.
 *
 * @param hostCpu Seconds of CPU that the hosts have used so far.
 */
export async function contest(
  contestants: readonly Contestant[],
  rules: Rules,
  hostCpu?: () => Promise<number>,
): Promise<Row[]> {
  const usages = new Map(contestants.map(({ name }) => [name, [] as (Usage & OnHosts)[]]));
  for (let round = 0; round <= rules.runs; round++) {
    for (const contestant of contestants) {
      const { name, isOptional } = contestant;
      const own = usages.get(name);
      if (!own) continue;
      try {
        const usage = await once(contestant, rules, hostCpu);
        const what = round === 0 ? 'warm-up' : `run ${round} of ${rules.runs}`;
        rules.progress(`  ${name}, ${what}: ${usage.wall.toFixed(3)} s`);
        if (round > 0) own.push(usage);
      } catch (error) {
        if (!isOptional || rules.signal.aborted) throw error;
        rules.progress(`  ${name} fails and is left out: ${(error as Error).message}`);
        usages.delete(name);
      }
    }
  }
  return [...usages].map(([name, all]) => rowOf(name, all));
}

async function once(
  { command, expected, prepare }: Contestant,
  { folder, signal }: Rules,
  hostCpu?: () => Promise<number>,
): Promise<Usage & OnHosts> {
  await prepare?.();
  const before = await hostCpu?.();
  const usage = await measure(command, folder, signal, expected);
  const after = await hostCpu?.();
  return { ...usage, hostCpu: after === undefined ? undefined : after - before! };
}

interface OnHosts {
  readonly hostCpu: number | undefined;
}

function rowOf(name: string, all: readonly (Usage & OnHosts)[]): Row {
  const onHosts = all.flatMap(({ hostCpu }) => (hostCpu === undefined ? [] : [hostCpu]));
  return {
    name,
    wall: summary(all.map(({ wall }) => wall)),
    cpu: summary(all.map(({ cpu }) => cpu)),
    ...(onHosts.length > 0 && { hostCpu: summary(onHosts) }),
    memory: summary(all.map(({ memory }) => memory)),
  };
}
