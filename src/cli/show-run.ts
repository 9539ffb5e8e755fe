import { RolecallError } from '../errors.ts';
import {
  findRun,
  type HostOfRun,
  hostsOfRun,
  listRuns,
  type OpenIntent,
  openIntents,
  outcomesOfRun,
  type RecordedRun,
} from '../history/read.ts';
import { replay } from '../history/replay.ts';
import { plainReporter } from '../reporters/plain.ts';
import { duration, pad, shownLine } from '../reporters/text.ts';
import { statusColumns, statusWord } from '../reporters/wording.ts';
import { readHistory } from './open-history.ts';
import { paintFor } from './paint-for.ts';
import { wholeRunJson } from './run-json.ts';
import { endOf, localTime } from './show-history.ts';

interface Options {
  readonly history?: string;
  readonly output: 'text' | 'json';
  readonly host?: string;
  readonly verbose?: boolean;
}

/** Shows one recorded run. */
export async function showRun(name: string, options: Options): Promise<void> {
  const found = readHistory(options.history, (database) => {
    const id = name === 'last' ? listRuns(database, { limit: 1 })[0]?.id : numberOf(name);
    const run = id === undefined ? undefined : findRun(database, id);
    if (!run) return undefined;
    const hosts = hostsOfRun(database, run);
    const outcomes = outcomesOfRun(database, run.id, options.host);
    return { run, hosts, outcomes, intents: openIntents(database, run.id) };
  });
  if (!found) {
    const message = name === 'last' ? 'no run is recorded' : `no run ${name} is recorded`;
    throw new RolecallError({ code: 'unknown-run', message });
  }
  const { run, outcomes, intents } = found;
  const hosts = found.hosts.filter(({ host }) => host === (options.host ?? host));
  if (options.output === 'json') {
    const json = wholeRunJson(run, hosts, outcomes, intents);
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${[...headLines(run), ...intentLines(intents)].join('\n')}\n`);
  const { columns = Number.POSITIVE_INFINITY } = process.stdout;
  const paint = paintFor(process.stdout);
  const reporter = plainReporter(process.stdout, { verbosity: 0, diff: true, columns, paint });
  if (options.verbose) process.stdout.write(`${taskLines(hosts).join('\n')}\n`);
  replay(run, hosts, outcomes, reporter);
  await reporter.finish();
}

function numberOf(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

function headLines(run: RecordedRun): string[] {
  const options = Object.entries(run.options).map(([name, value]) => `${name}=${asText(value)}`);
  const commit = run.commit && `${run.commit.slice(0, 12)}${run.dirty ? ', with changes' : ''}`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['run', `${run.id} (${run.kind}), ${endOf(run).text}`],
    ['started', localTime(run.started)],
    ['who', `${run.user} on ${run.machine}, in ${run.folder}`],
    ['playbooks', run.playbooks.join(', ')],
    ['inventory', run.inventory.join(', ')],
    ['commit', commit],
    ['options', options.join(' ')],
    ['with', `rolecall ${run.version}, Node ${run.node}`],
  ];
  return rows.flatMap(([label, text]) => (text ? [`${pad(label, 10)}${shownLine(text)}`] : []));
}

function intentLines(intents: readonly OpenIntent[]): string[] {
  return intents.map(({ host, title, at }) =>
    shownLine(`begun     ${title} on ${host}, ${localTime(at)}: how it ended is not known`),
  );
}

function taskLines(hosts: readonly HostOfRun[]): string[] {
  return hosts.flatMap(({ host, tasks }) => [
    '',
    shownLine(host),
    ...tasks.map(({ title, durationMs, status, ignored }) => {
      const word = statusWord({ status, ignored, predicted: false });
      return `  ${pad(word, statusColumns)}  ${pad(duration(durationMs), 9)}  ${shownLine(title)}`;
    }),
  ]);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
