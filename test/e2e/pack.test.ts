import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rolecall-pack-'));
/** The node of the test, and nothing of the checkout otherwise. */
const environment = {
  ...process.env,
  PATH: [dirname(process.execPath), ...outsideTheCheckout()].join(delimiter),
};

beforeAll(async () => {
  await inFolder(root, 'npm', ['pack', '--pack-destination', folder]);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
  await inFolder(folder, 'npm', ['install', ...quiet, `./${tarball}`]);
  writeFileSync(
    join(folder, 'site.yml'),
    `- hosts: all
  gather_facts: false
  tasks:
    - name: Write a file
      copy:
        dest: ${folder}/made
        content: "made by {{ inventory_hostname }}\\n"
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const npx = (...words: string[]) => inFolder(folder, 'npx', ['rolecall', ...words]);

test('what is installed from the tarball says its version', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(await npx('--version')).toBe(`rolecall ${version}\n`);
});

test('it runs a playbook, and finds nothing to do the second time', async () => {
  const run = ['run', '-i', 'localhost,', '-c', 'local', 'site.yml'];
  expect(await npx(...run)).toMatch(/1 change on 1 host/);
  expect(await inFolder(folder, 'cat', ['made'])).toBe('made by localhost\n');
  expect(await npx(...run)).toMatch(/nothing changed/);
});

test('it tells of its modules, lints, and makes the schema', async () => {
  expect(await npx('doc', 'copy')).toContain('content');
  expect(await npx('lint', 'site.yml')).toContain('0 problems');
  expect(JSON.parse(await npx('schema'))).toBeTypeOf('object');
});

test('the package holds what it needs and no sources or tests', async () => {
  const files = (
    await inFolder(folder, 'find', ['node_modules/rolecall', '-type', 'f', '-printf', '%P\\n'])
  ).split('\n');
  expect(files).toContain('dist/index.d.ts');
  expect(files.filter((file) => /(?<!\.d)\.ts$|^test|^inventory|^roles/.test(file))).toEqual([]);
});

async function inFolder(cwd: string, command: string, args: readonly string[]): Promise<string> {
  const run = promisify(execFile);
  const { stdout } = await run(command, args, { cwd, env: environment, maxBuffer: 50_000_000 });
  return stdout;
}

function outsideTheCheckout(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((path) => !path.startsWith(root));
}
