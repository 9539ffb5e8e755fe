import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Site, showAnswers, siteOf } from './demo-pages.ts';
import { comparison, recorded } from './demo-recorded.ts';
import { command, StepFailed, say, script, step } from './demo-steps.ts';
import { cacheDir } from './paths.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const playbook = 'playbooks/site.yml';

/**
 * `npm run demo [-- --infrastructure NAME]`: one of the infrastructures below inventory/ on real hosts:
 * a dry run, a run, the way of a request through it, and a run that changes nothing.
 */
async function demo(name: string): Promise<void> {
  const inventory = `inventory/${name}`;
  const on = ['-i', inventory, playbook];

  step('Build the release of the sample application');
  await script('examples/foobar/build.ts');

  step(`Boot the hosts of ${inventory}`);
  say('The first time this builds Debian systems, in a minute or two; later they are cached.');
  await command(['lab', 'up', '-i', inventory]);

  step('A dry run: what would change?');
  const planned = await recorded(['run', ...on, '--check'], 'hidden');
  for (const [host, tasks] of Map.groupBy(planned.changes, ({ host }) => host)) {
    say(`  ${host.padEnd(9)} ${tasks.length} would change`);
  }
  const unsure = planned.unknown.length > 0 ? `, ${planned.unknown.length} unknown` : '';
  say(`  ${planned.changes.length} changes in all${unsure}; nothing was altered on the hosts.`);

  step('The run');
  const done = await recorded(['run', ...on], 'shown');
  say(`\n${comparison(planned, done)}`);

  step('Who answers now');
  const site = await siteOf(inventory);
  await showAnswers(site, '/api/notes');

  step('The same run again');
  await command(['run', ...on]);

  step('The way of one request');
  const host = site.nameServer ? 'www.foobar.com' : site.balancer;
  await command(['trace', `http://${host}/api/notes`, '-i', inventory]);

  step('Where to look');
  say(whereToLook(name, site));
}

async function down(name: string): Promise<void> {
  step(`Remove the hosts of inventory/${name}`);
  await command(['lab', 'down', '-i', `inventory/${name}`]);
  say(`Nothing of the hosts is left. The cached Debian systems stay: ${cacheDir()}`);
}

function whereToLook(name: string, { balancer, balancerHost, nameServer }: Site): string {
  const on = `-i inventory/${name}`;
  const ending = name === 'foobar' ? '--down' : `--down --infrastructure ${name}`;
  // a site with a name server answers to its names only
  const page = nameServer
    ? `curl -H 'Host: www.foobar.com' http://${balancer}/`
    : `http://${balancer}/`;
  const places = [
    [page, nameServer ? 'the page' : 'in a browser on this machine'],
    [`npx rolecall audit ${on}`, 'its single points of failure'],
    [`npx rolecall graph ${on} -o ${name}.svg`, 'its picture'],
    [`npx rolecall lab ssh ${on} ${balancerHost}`, 'on the balancer'],
    [`docs/guides/infrastructures/${pageOf(name)}`, 'why it is as it is'],
    [`npm run demo -- ${ending}`, 'remove the hosts'],
  ];
  return places.map(([place, what]) => `  ${place}\n      ${what}`).join('\n');
}

/** The variant on MariaDB is on the page of the one that it is a variant of. */
function pageOf(name: string): string {
  return `${name.replace(/-mariadb$/, '')}.md`;
}

function names(): string[] {
  return readdirSync(join(root, 'inventory')).filter((entry) =>
    existsSync(join(root, 'inventory', entry, 'group_vars/load_balancers.yml')),
  );
}

try {
  const { values } = parseArgs({
    options: {
      infrastructure: { type: 'string', default: 'foobar' },
      down: { type: 'boolean', default: false },
    },
  });
  const { infrastructure } = values;
  if (!names().includes(infrastructure)) {
    throw new StepFailed(
      `There is no infrastructure '${infrastructure}'. There are: ${names().join(', ')}.`,
    );
  }
  await (values.down ? down(infrastructure) : demo(infrastructure));
} catch (error) {
  const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ?? false;
  if (!(error instanceof StepFailed) && !isUsage) throw error;
  const usage = 'usage: npm run demo [-- --infrastructure NAME] [--down]';
  const message = isUsage ? `${(error as Error).message}\n${usage}` : (error as Error).message;
  if (message) process.stderr.write(`${message}\n`);
  process.exitCode = error instanceof StepFailed ? error.status : 1;
}
