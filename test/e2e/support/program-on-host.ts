import { execFile } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { TestLab } from './lab.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Puts Node and the build, as it is published, on a host: `/opt/node`, `/opt/rolecall/src/cli/launch.js`. */
export async function putProgram(lab: TestLab, host: string): Promise<void> {
  await promisify(execFile)(process.execPath, ['src/cli/build/bundle.ts'], { cwd: root });
  const node = realpathSync(process.execPath);
  await unpack(lab, host, '/opt', dirname(node), [basename(node)]);
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const ours = files.filter((file: string) => !file.endsWith('.md') && file !== 'LICENSE');
  await unpack(lab, host, '/opt/rolecall', root, ['package.json', ...ours]);
  const modules = dirname(realpathSync(join(root, 'node_modules/ssh2')));
  await unpack(lab, host, '/opt/rolecall/node_modules', modules, needed(modules, 'ssh2'));
}

/** A package that is not bundled, and what it needs in turn. */
function needed(modules: string, name: string): string[] {
  const { dependencies = {} } = JSON.parse(
    readFileSync(join(modules, name, 'package.json'), 'utf8'),
  );
  return [name, ...Object.keys(dependencies).flatMap((other) => needed(modules, other))];
}

async function unpack(
  lab: TestLab,
  host: string,
  folder: string,
  from: string,
  names: readonly string[],
): Promise<void> {
  const { stdout } = await promisify(execFile)('tar', ['-c', '-C', from, ...names], {
    encoding: 'buffer',
    maxBuffer: 1024 ** 3,
  });
  await lab.sh(host, `mkdir -p ${folder}`);
  const tar = ['tar', '-x', '--no-same-owner', '-C', folder];
  const { status, stderr } = await lab.exec(host, tar, stdout);
  expect(status, stderr.toString()).toBe(0);
}
