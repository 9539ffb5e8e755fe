import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder in which rolecall is installed as its package is: built, its sources left out. */
export interface UserProject {
  readonly folder: string;
  /** Undefined where there is no such file. */
  read(path: string): string | undefined;
  /** Undefined removes it. */
  write(path: string, text: string | undefined): void;
  /** Output and errors together, as on a terminal. */
  run(words: readonly string[]): Promise<string>;
  remove(): void;
}

/** Builds rolecall, which takes some seconds, into a new project without network. */
export function newUserProject(): UserProject {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-user-'));
  const installed = join(folder, 'node_modules/rolecall');
  mkdirSync(join(installed, 'src/cli'), { recursive: true });
  for (const file of ['package.json', 'src/cli/launch.js']) {
    copyFileSync(join(root, file), join(installed, file));
  }
  const dist = join(installed, 'dist');
  execFileSync(process.execPath, [join(root, 'src/cli/build/bundle.ts'), dist]);
  const declarations = ['-p', join(root, 'tsconfig.build.json'), '--outDir', dist];
  execFileSync(join(root, 'node_modules/.bin/tsc'), declarations);
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
  symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');

  const at = (path: string): string => join(folder, path);
  return {
    folder,
    read: (path) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined),
    write(path, text) {
      if (text === undefined) return rmSync(at(path));
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
    run: (words) => run(programs(installed), words, folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Commands of a guide and what they are here. */
function programs(installed: string): Readonly<Record<string, readonly string[]>> {
  return {
    'npx tsc': [join(root, 'node_modules/.bin/tsc'), '--pretty', 'false'],
    'npx rolecall': [process.execPath, join(installed, 'src/cli/launch.js')],
    'node --test': [process.execPath, '--test', '--test-reporter=tap'],
  };
}

function run(
  known: Readonly<Record<string, readonly string[]>>,
  words: readonly string[],
  cwd: string,
): Promise<string> {
  const program = known[words.slice(0, 2).join(' ')];
  if (!program) throw new Error(`not a command of a guide: ${words.join(' ')}`);
  const [file, ...args] = [...program, ...words.slice(2)];
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, FORCE_COLOR: ___, ...environment } = process.env;
  return new Promise((resolve) => {
    execFile(file!, args, { cwd, env: environment }, (_error, stdout, stderr) => {
      resolve(stderr + stdout);
    });
  });
}
