// Runs a script of this project on a machine that has nothing but some Node and npm: installs the
// npm packages when they are missing or not those of package-lock.json, then starts the script with
// the current Node that is one of them.
//
//   node src/setup/bootstrap.js SCRIPT [ARGUMENT…]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handOver } from './hand-over.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const bin = join(root, 'node_modules/.bin');

if (!isInstalled()) install();
linkCommand();
// What is tested, shown and measured is what users get.
spawnSync(join(bin, 'node'), [join(root, 'src/cli/build/bundle.ts')], { stdio: 'inherit' });
const [script, ...args] = process.argv.slice(2);
if (!script) {
  process.stderr.write('usage: node src/setup/bootstrap.js SCRIPT [ARGUMENT…]\n');
  process.exit(1);
}
handOver(join(bin, 'node'), [join(root, script), ...args], {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
});

/** npm notes at the end of each installation what it installed: that has to be what the lock names. */
function isInstalled() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  return (
    existsSync(join(bin, 'node')) &&
    Object.entries(wanted).every(([path, entry]) => {
      if (path === '') return true;
      const found = installed[path];
      return found ? found.version === entry.version : entry.optional || entry.peer;
    })
  );
}

/** @returns {Record<string, { version?: string, optional?: boolean, peer?: boolean }>} */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

function install() {
  process.stdout.write('Installing npm packages (npm ci) …\n');
  const start = Date.now();
  // Warnings would only say that packages want the newer Node that is being installed with them.
  const options = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync('npm', ['ci', ...options], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) {
    process.stderr.write(
      result.error ? `npm could not be started: ${result.error.message}\n` : 'npm ci failed\n',
    );
    process.exit(1);
  }
  if (!existsSync(join(bin, 'node'))) fetchNode();
  process.stdout.write(`npm packages installed in ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

/** What the install script of package `node` does, where npm is set to run no install scripts. */
function fetchNode() {
  const cwd = join(root, 'node_modules/node');
  spawnSync(process.execPath, ['installArchSpecificPackage.js'], { cwd, stdio: 'inherit' });
}

/** So that `npx rolecall` finds the checkout's own command. */
function linkCommand() {
  const link = join(bin, 'rolecall');
  if (existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync('../../src/cli/launch.js', link);
}
