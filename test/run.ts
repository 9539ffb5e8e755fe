import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { $ } from 'zx/core';
import { RolecallError } from '../src/errors.ts';
import type { LabEvent } from '../src/lab/contract.ts';
import { nspawn } from '../src/lab/nspawn.ts';
import { ensureCommands, ensureLabPackages } from '../src/lab/packages.ts';

// `npm test [-- --only STAGE,…] [--grep PATTERN]`: every stage in order, then one line with the sum.

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Programs that unit tests run; where they cannot be installed those tests are skipped. */
const unitCommands = {
  sshd: 'openssh-server',
  'ssh-agent': 'openssh-client',
  busybox: 'busybox',
  bash: 'bash',
  tmux: 'tmux',
  curl: 'curl',
  git: 'git',
};

const root = join(import.meta.dirname, '..');
const live = $({ cwd: root, nothrow: true, stdio: 'inherit', env: { ...process.env } });
const { values: options } = parseArgs({
  options: { only: { type: 'string' }, grep: { type: 'string' } },
});

const stages: Readonly<Record<string, () => Promise<Counts>>> = {
  types: () => single(live`tsc -p ${root}`),
  lint: () => single(live`biome ci --colors=${process.stdout.isTTY ? 'force' : 'off'}`),
  architecture: () => vitest('architecture'),
  unit,
  e2e: () => endToEnd('e2e'),
};

/** What takes too long for each change: `npm run test:experiments`. */
const extraStages: typeof stages = { experiments: () => endToEnd('experiments') };
const allStages = { ...stages, ...extraStages };

const chosen = options.only?.split(',') ?? Object.keys(stages);
for (const name of chosen) {
  if (!(name in allStages)) {
    fail(`no stage '${name}': there are ${Object.keys(allStages).join(', ')}`);
  }
}
let sum: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const name of chosen) {
  say(`\n── ${name}`);
  const start = performance.now();
  const counts = await allStages[name]!();
  sum = {
    passed: sum.passed + counts.passed,
    failed: sum.failed + counts.failed,
    skipped: sum.skipped + counts.skipped,
  };
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(`── ${name}: ${describe(counts)} (${seconds} s)`);
}
say(`\n${describe(sum)}`);
process.exitCode = sum.failed > 0 ? 1 : 0;

async function single(command: PromiseLike<{ exitCode: number | null }>): Promise<Counts> {
  const ok = (await command).exitCode === 0;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

async function unit(): Promise<Counts> {
  const unsupported = await whatIsMissing(() => ensureCommands(unitCommands, tellPackages));
  if (unsupported) say(`Some unit tests are skipped: ${unsupported}`);
  return await vitest('unit');
}

async function endToEnd(project: string): Promise<Counts> {
  const unsupported = await whatIsMissing(async () => {
    await nspawn.assertUsable();
    await ensureLabPackages(nspawn, tellPackages);
  });
  if (!unsupported) return await vitest(project);
  if (process.env.CI) {
    say(`End-to-end tests cannot run: ${unsupported}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  say(`End-to-end tests are skipped: ${unsupported}`);
  return { passed: 0, failed: 0, skipped: 1 };
}

/** Why this machine cannot do it; anything that goes wrong on one that can is a failure. */
async function whatIsMissing(prepare: () => Promise<void>): Promise<string | undefined> {
  try {
    await prepare();
    return undefined;
  } catch (error) {
    if (error instanceof RolecallError && error.code === 'lab-unsupported') return error.message;
    throw error;
  }
}

function tellPackages(event: LabEvent): void {
  if (event.kind === 'packages') say(`Installing ${event.names.join(', ')} …`);
}

async function vitest(project: string): Promise<Counts> {
  const directory = await mkdtemp(join(tmpdir(), 'rolecall-test-'));
  const file = join(directory, 'result.json');
  // Each test of e2e is named as it ends: they take long. Of the others each file.
  const reporter = ['e2e', 'experiments'].includes(project) ? 'verbose' : 'default';
  const grep = options.grep ? ['--testNamePattern', options.grep] : [];
  try {
    const argv = [
      ...['run', '--project', project, '--passWithNoTests'],
      ...[`--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${file}`, ...grep],
    ];
    const { exitCode } = await live`vitest ${argv}`;
    const result = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
    const failed = Number(result.numFailedTests ?? 0);
    return {
      passed: Number(result.numPassedTests ?? 0),
      // A test file that cannot even be loaded, or an error outside of all tests, is a failure too.
      failed: exitCode !== 0 && failed === 0 ? 1 : failed,
      skipped: Number(result.numPendingTests ?? 0) + Number(result.numTodoTests ?? 0),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function describe({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
