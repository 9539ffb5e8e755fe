import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const execute = promisify(execFile);
const sources = join(import.meta.dirname, '../../src');
// Stands for an older Node: the launcher knows it by this number alone.
const pretendOld =
  'data:text/javascript,Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rolecall-launch-'));
  await put('package.json', '{"type":"module"}');
  await mkdir(join(root, 'src/cli'), { recursive: true });
  await cp(join(sources, 'cli/launch.js'), join(root, 'src/cli/launch.js'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text, { mode });
}

async function launch(options: string[] = []): Promise<string> {
  const argv = [...options, join(root, 'src/cli/launch.js'), 'run', 'a b'];
  return (await execute(process.execPath, argv)).stdout.trim();
}

describe('the launcher', () => {
  const program = (who: string) =>
    `export const main = (words: string[]) => console.log(${JSON.stringify(who)}, ...words);`;
  const build = 'exports.main = (words) => console.log("build", ...words);';

  test('runs the build in a package', async () => {
    await put('dist/rolecall.cjs', build);
    expect(await launch()).toBe('build run a b');
  });

  test('runs the build in a checkout only while it was made of the sources as they are', async () => {
    await put('src/cli/program.ts', program('source'));
    expect(await launch()).toBe('source run a b');
    await put('dist/rolecall.cjs', build);
    expect(await launch()).toBe('source run a b');
    const { mtimeMs, size } = await stat(join(root, 'src/cli/program.ts'));
    await put('dist/sources.json', JSON.stringify([['src/cli/program.ts', mtimeMs, size]]));
    expect(await launch()).toBe('build run a b');
    await put('src/cli/program.ts', program('edited'));
    expect(await launch()).toBe('edited run a b');
  });

  test('says its version whatever else there is', async () => {
    await put('package.json', '{"type":"module","version":"1.2.3"}');
    const argv = [join(root, 'src/cli/launch.js'), '--version'];
    expect((await execute(process.execPath, argv)).stdout).toBe('rolecall 1.2.3\n');
  });

  test('works through the link that npm makes', async () => {
    await put('src/cli/program.ts', program('source'));
    await mkdir(join(root, 'bin'));
    await symlink('../src/cli/launch.js', join(root, 'bin/rolecall'));
    expect((await execute(process.execPath, [join(root, 'bin/rolecall')])).stdout).toBe('source\n');
  });

  test('hands over to the checkout’s own Node when this one is too old', async () => {
    await cp(join(sources, 'setup'), join(root, 'src/setup'), { recursive: true });
    await put('src/cli/program.ts', program('newer'));
    await put('node_modules/.bin/node', `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, 0o755);
    expect(await launch([`--import=${pretendOld}`])).toBe('newer run a b');
  });

  test('says which Node it needs when there is no other', async () => {
    await expect(launch([`--import=${pretendOld}`])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/needs Node 22\.18 or newer; this is 20\.20\.2/),
    });
  });
});
