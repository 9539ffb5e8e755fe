#!/usr/bin/env node
import { existsSync, readFileSync, statSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const besideThis = (path) => fileURLToPath(new URL(path, import.meta.url));
const words = process.argv.slice(2);

if (words[0] === '--version' || words[0] === '-V') {
  // Nothing else is loaded: it is asked by scripts, often.
  const { version } = JSON.parse(readFileSync(besideThis('../../package.json'), 'utf8'));
  process.stdout.write(`rolecall ${version}\n`);
} else if (major > 22 || (major === 22 && minor >= 18)) {
  module.enableCompileCache?.();
  const { main } = await program();
  process.exitCode = await main(words);
} else {
  const newer = besideThis('../../node_modules/.bin/node');
  if (existsSync(newer)) {
    const { handOver } = await import('../setup/hand-over.js');
    handOver(newer, [fileURLToPath(import.meta.url), ...words]);
  } else {
    process.stderr.write(
      `rolecall needs Node 22.18 or newer; this is ${process.versions.node} (${process.execPath})\n`,
    );
    process.exitCode = 1;
  }
}

/** The build; in a checkout whose build is missing or out of date, the sources. */
async function program() {
  if (existsSync(besideThis('./program.ts')) && !isUpToDate()) return import('./program.ts');
  return module.createRequire(import.meta.url)('../../dist/rolecall.cjs');
}

/** Whether the build was made of the sources as they are now. */
function isUpToDate() {
  try {
    const stamps = JSON.parse(readFileSync(besideThis('../../dist/sources.json'), 'utf8'));
    return stamps.every(([path, mtimeMs, size]) => {
      const found = statSync(besideThis(`../../${path}`));
      return found.mtimeMs === mtimeMs && found.size === size;
    });
  } catch {
    return false;
  }
}
