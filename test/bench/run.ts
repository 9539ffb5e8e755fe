import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCommands } from '../../src/lab/packages.ts';
import { benches } from './benches.ts';
import { bringUpHosts, type Hosts, takeDownHosts } from './hosts.ts';
import { installPackage } from './installed.ts';
import { type Fleet, startFleet } from './loopback-fleet.ts';
import { describeMachine } from './machine.ts';
import { measure } from './measure.ts';
import { findPeers } from './peers.ts';
import { type Report, reportText } from './report.ts';
import type { Result } from './result.ts';
import type { Bench, Setting } from './setting.ts';
import { writePages } from './write-pages.ts';

const usage = `usage: npm run bench [-- OPTION…]
  --only S1,S2   only these: ${benches.map(({ id }) => id).join(', ')}
  --runs N       so many measured runs of each (5)
  --json FILE    the figures as JSON
  --write        docs/benchmarks.md with its pictures and docs/benchmarks.json;
                 with --only, the others there stay
  --quick        one run with small sizes, to see that it works
  --no-peers     leave other tools out
`;

const commands = { time: 'time', bash: 'bash', sshd: 'openssh-server', nsenter: 'util-linux' };
const labName = `${process.env.ROLECALL_LAB_NAME ? `${process.env.ROLECALL_LAB_NAME}-` : ''}bench`;

interface Options {
  readonly chosen: readonly Bench[];
  readonly runs: number;
  readonly json?: string;
  readonly write: boolean;
  readonly isPart: boolean;
  readonly quick: boolean;
  readonly peers: boolean;
}

/** Measures what was chosen, one after the other, and takes down what that needed. */
async function bench(options: Options, signal: AbortSignal): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-bench-'));
  // What is measured keeps its record, as it does for users; not among those of whoever measures.
  process.env.ROLECALL_HISTORY = join(folder, 'history.db');
  const cleanUps: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    await ensureCommands(commands, () => say('Installing Debian packages …'));
    const peers = options.peers ? await findPeers() : { found: [], missing: [] };
    for (const line of peers.missing) say(line);
    const machine = await describeMachine(peers);
    say('Building the package …');
    const setting: Setting = {
      ...options,
      folder,
      signal,
      progress: say,
      labName,
      atEnd: (cleanUp) => cleanUps.push(cleanUp),
      peers: peers.found,
      rolecall: await installPackage(folder),
      hosts: once((): Promise<Hosts> => {
        say('Bringing up the hosts …');
        cleanUps.push(() => takeDownHosts(labName));
        return bringUpHosts(labName, options.quick ? 2 : 8, folder, say);
      }),
      fleet: once((): Promise<Fleet> => {
        say('Starting the fleet …');
        return startFleet(labName, options.quick ? 20 : 1000, folder, (stop) =>
          cleanUps.push(stop),
        );
      }),
      once: async (command) => void (await measure(command, folder, signal)),
      file: async (name, content) => {
        await writeFile(join(folder, name), content);
        return join(folder, name);
      },
    };
    const results: Result[] = [];
    for (const { id, title, run } of options.chosen) {
      say(`${id}: ${title}`);
      results.push({ id, title, ...(await run(setting)) });
    }
    const { runs, quick } = options;
    return { date: new Date().toISOString(), runs, quick, machine, results };
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      runs: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: true },
    },
    allowNegative: true,
  });
  const { only, json, write, quick, peers } = values;
  if (quick && write) throw new UsageError('--quick figures are not worth writing down');
  const runs = Number(values.runs ?? (quick ? 1 : 5));
  if (!Number.isInteger(runs) || runs < 1)
    throw new UsageError(`--runs ${values.runs}: a number above 0`);
  const names = only?.split(',') ?? benches.filter(({ extra }) => !extra).map(({ id }) => id);
  const chosen = names.map((name) => {
    const found = benches.find(({ id }) => id.toLowerCase() === name.toLowerCase());
    if (!found) throw new UsageError(`there is no benchmark '${name}'`);
    return found;
  });
  // What is measured by default makes a page of its own, whatever is measured besides.
  const isPart = benches.some((bench) => !bench.extra && !chosen.includes(bench));
  return { chosen, runs, json, write, isPart, quick, peers };
}

class UsageError extends Error {}

function isParseError(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupt.abort());
}
try {
  const options = readOptions();
  const report = await bench(options, interrupt.signal);
  say(`\n${reportText(report)}`);
  if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.write) await writePages(report, options.isPart);
} catch (error) {
  if (interrupt.signal.aborted) process.stderr.write('Interrupted; all was taken down.\n');
  else process.stderr.write(`${(error as Error).message}\n`);
  if (error instanceof UsageError || isParseError(error)) process.stderr.write(`\n${usage}`);
  process.exitCode = 1;
}
