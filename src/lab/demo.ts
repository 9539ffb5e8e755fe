import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, type Ended, StepFailed, say, step } from './demo-steps.ts';
import { cacheDir } from './paths.ts';

const inventory = 'inventory/demo';
const playbook = 'playbooks/demo.yml';
const onDemo = ['-i', inventory, playbook];

/** `npm run demo`: real hosts, a dry run, a run, the page they serve, and a run that changes nothing. */
async function demo(): Promise<void> {
  step('Boot the hosts of inventory/demo');
  say('The first time this builds a Debian system, in about a minute; later it is cached.');
  await command(['lab', 'up', '-i', inventory]);

  step('A dry run: what would change?');
  const planned = await recorded(['run', ...onDemo, '--check'], 'hidden');
  for (const [host, tasks] of Map.groupBy(planned.changes, ({ host }) => host)) {
    say(`  ${host.padEnd(6)} ${tasks.length} would change`);
  }
  const unsure = planned.unknown.length > 0 ? `, ${planned.unknown.length} unknown` : '';
  say(`  ${planned.changes.length} changes in all${unsure}; nothing was altered on the hosts.`);

  step('The run');
  const done = await recorded(['run', ...onDemo], 'shown');
  say(`\n${comparison(planned, done)}`);

  step('What is served now');
  await showPages(await addresses());

  step('The same run again');
  await command(['run', ...onDemo]);

  step('What to try next');
  say(nextSteps);
}

async function down(): Promise<void> {
  step('Remove the hosts of inventory/demo');
  await command(['lab', 'down', '-i', inventory]);
  say(`Nothing of the hosts is left. The cached Debian system stays: ${cacheDir()}`);
}

const nextSteps = `  npx rolecall run -i inventory/demo playbooks/demo.yml --check --diff
  npx rolecall exec web -i inventory/demo -m command -a uptime
  npx rolecall exec web1 -i inventory/demo -m file \\
      -a 'path=/var/www/demo state=absent'    # break it, then run the playbook
  npx rolecall lab ssh -i inventory/demo lb1
  npx rolecall lint playbooks/demo.yml -i inventory/demo
  npx rolecall doc template
  npm run demo -- --down                      # remove the hosts`;

interface Change {
  readonly host: string;
  readonly task: string;
}

interface Recorded {
  readonly changes: readonly Change[];
  readonly unknown: readonly Change[];
}

/** Runs a command and reads from its record what changed. */
async function recorded(words: readonly string[], output: 'shown' | 'hidden'): Promise<Recorded> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-demo-'));
  try {
    const file = join(folder, 'events.jsonl');
    const kinds = output === 'shown' ? ['-o', 'live', '-o', `json=${file}`] : ['-o', 'json'];
    const { stdout }: Ended = await command([...words, ...kinds], output, words);
    const text = output === 'shown' ? await readFile(file, 'utf8') : stdout;
    const finished = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'host-task-finished');
    const withStatus = (status: string): Change[] =>
      finished.filter(({ outcome }) => outcome.status === status);
    return { changes: withStatus('changed'), unknown: withStatus('unknown') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the dry run was right, task by task and host by host. */
function comparison(planned: Recorded, done: Recorded): string {
  const names = (changes: readonly Change[]) =>
    new Set(changes.map(({ host, task }) => `${host}: ${task}`));
  const [predicted, made] = [names(planned.changes), names(done.changes)];
  if (made.size === 0 && predicted.size === 0) {
    return 'Nothing changed, as predicted: the hosts were as the playbook wants them.\nFor fresh ones: npm run demo -- --down, then npm run demo.';
  }
  const surprises = [
    ...[...made.difference(predicted)].map((name) => `  not predicted: ${name}`),
    ...[...predicted.difference(made)].map((name) => `  predicted, not made: ${name}`),
  ];
  if (surprises.length === 0) {
    return `These are exactly the ${made.size} changes that the dry run predicted.`;
  }
  return ['The dry run predicted other changes:', ...surprises].join('\n');
}

interface Addresses {
  readonly web: readonly { readonly name: string; readonly address: string }[];
  readonly balancer: string;
}

/** As the inventory has them. */
async function addresses(): Promise<Addresses> {
  const { stdout } = await command(['inventory', '-i', inventory, '--list'], 'hidden');
  const listed = JSON.parse(stdout);
  const addressOf = (name: string): string => listed._meta.hostvars[name].ansible_host;
  return {
    web: listed.web.hosts.map((name: string) => ({ name, address: addressOf(name) })),
    balancer: addressOf(listed.load_balancer.hosts[0]),
  };
}

async function showPages({ web, balancer }: Addresses): Promise<void> {
  for (const { address } of web) {
    const url = `http://${address}:8080/`;
    const { body } = await page(url);
    say(`  ${url.padEnd(26)} ${/<p>(.*?)<\/p>/.exec(body)?.[1] ?? body}`);
  }
  const url = `http://${balancer}/`;
  const served = new Set<string>();
  const answers: string[] = [];
  const until = Date.now() + 15_000;
  // the balancer may need a moment until it has seen both servers well
  while (answers.length < 6 || (served.size < web.length && Date.now() < until)) {
    const { servedBy } = await page(url);
    served.add(servedBy);
    answers.push(servedBy);
  }
  say(`  ${url.padEnd(26)} ${answers.slice(-6).join(' ')}`);
  if (served.size < web.length) {
    throw new StepFailed(`Through ${url} only ${[...served].join(', ')} answered.`);
  }
}

async function page(url: string): Promise<{ body: string; servedBy: string }> {
  let last = '';
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      const response = await fetch(url, {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(5000),
      });
      const body = await response.text();
      const servedBy = response.headers.get('x-served-by') ?? '';
      if (response.ok) return { body, servedBy };
      last = `HTTP ${response.status}`;
    } catch (error) {
      last = (error as Error).message;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new StepFailed(`${url} does not answer: ${last}`);
}

const options = process.argv.slice(2);
try {
  if (options.length === 0) await demo();
  else if (options.length === 1 && options[0] === '--down') await down();
  else throw new StepFailed('usage: npm run demo [-- --down]');
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  if (error.message) process.stderr.write(`${error.message}\n`);
  process.exitCode = error.status;
}
