#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const besideThis = (path) => fileURLToPath(new URL(path, import.meta.url));

if (major > 22 || (major === 22 && minor >= 18)) {
  module.enableCompileCache?.();
  const source = besideThis('./main.ts');
  await import(existsSync(source) ? './main.ts' : '../../dist/cli/main.js');
} else {
  const newer = besideThis('../../node_modules/.bin/node');
  if (existsSync(newer)) {
    const { handOver } = await import('../setup/hand-over.js');
    handOver(newer, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
  } else {
    process.stderr.write(
      `rolecall needs Node 22.18 or newer; this is ${process.versions.node} (${process.execPath})\n`,
    );
    process.exitCode = 1;
  }
}
