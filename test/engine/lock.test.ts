import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockScript, readLockAnswer, unlockScript } from '../../src/engine/lock.ts';
import { quoteWord } from '../../src/shell/sh.ts';

let folder: string;
let shells: Shell[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolecall-lock-'));
  shells = [];
});
afterEach(() => {
  for (const shell of shells) shell.kill();
  rmSync(folder, { recursive: true });
});

/** A shell that lives on between scripts, as the one on a host does. */
class Shell {
  readonly #child: ChildProcess;
  #seen = '';
  #wake: () => void = () => {};

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.stdout!.on('data', (part: Buffer) => {
      this.#seen += part.toString();
      this.#wake();
    });
  }

  async run(script: string): Promise<string> {
    this.#seen = '';
    this.#child.stdin!.write(`(eval ${quoteWord(script)}); echo; echo END\n`);
    while (!this.#seen.includes('\nEND\n')) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#seen.slice(0, this.#seen.indexOf('\nEND\n'));
  }

  async gone(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.kill();
    await ended;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const programs: [string, string[]][] = [
  ['dash', []],
  ['bash', ['--norc']],
  ['busybox', ['sh']],
];

describe.each(programs)('the lock under %s', (program, args) => {
  function shell(): Shell {
    const made = new Shell(program, args);
    shells.push(made);
    return made;
  }
  const take = async (who: Shell, holder: string) => {
    const stdout = Buffer.from(await who.run(lockScript(holder, folder).text));
    return readLockAnswer({ status: 0, stdout, stderr: Buffer.alloc(0), truncated: false });
  };

  test('the second is told who holds it', async () => {
    const [first, second] = [shell(), shell()];
    expect(await take(first, "anna's laptop, process 1")).toEqual({ taken: true });
    expect(await take(second, 'ben')).toMatchObject({
      taken: false,
      holder: "anna's laptop, process 1",
    });
    expect(readdirSync(folder)).toEqual(['rolecall.lock']);
  });

  test('asking again is no harm, and the same run shares it', async () => {
    const [first, second] = [shell(), shell()];
    await take(first, 'anna');
    expect(await take(first, 'anna')).toEqual({ taken: true });
    expect(await take(second, 'anna')).toEqual({ taken: true });
  });

  test('where a shell of a run lives on, its share keeps others out', async () => {
    const [first, second, third] = [shell(), shell(), shell()];
    await take(first, 'anna');
    await take(second, 'anna');
    await first.gone();
    expect(await take(third, 'ben')).toMatchObject({ taken: false, holder: 'anna' });
    expect(await take(second, 'anna')).toEqual({ taken: true });
    await second.gone();
    expect(await take(third, 'ben')).toEqual({ taken: true });
    expect(readdirSync(folder)).toEqual(['rolecall.lock']);
  });

  test('shares are given back', async () => {
    const [first, second] = [shell(), shell()];
    await take(first, 'anna');
    await take(second, 'anna');
    await second.run(unlockScript(folder).text);
    expect(readdirSync(folder)).toEqual(['rolecall.lock']);
    await take(second, 'anna');
    await first.run(unlockScript(folder).text);
    expect(await take(shell(), 'ben')).toMatchObject({ taken: false, holder: 'anna' });
  });

  test('it goes with its shell', async () => {
    const [first, second] = [shell(), shell()];
    await take(first, 'anna');
    await first.gone();
    expect(await take(second, 'ben')).toEqual({ taken: true });
    expect(readFileSync(join(folder, 'rolecall.lock'), 'utf8')).toContain('ben');
  });

  test('only its holder gives it back', async () => {
    const [first, second] = [shell(), shell()];
    await take(first, 'anna');
    await second.run(unlockScript(folder).text);
    expect(readdirSync(folder)).toEqual(['rolecall.lock']);
    await first.run(unlockScript(folder).text);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(['', '\n\n', '1 2\n', '99999999 1 x\nnobody\n'])(
    'a damaged or old one (%j) is replaced',
    async (text) => {
      writeFileSync(join(folder, 'rolecall.lock'), text);
      expect(await take(shell(), 'anna')).toEqual({ taken: true });
    },
  );

  test('of many at once exactly one gets it', async () => {
    const all = Array.from({ length: 8 }, shell);
    writeFileSync(join(folder, 'rolecall.lock'), '99999999 1 x\nnobody\n');
    const answers = await Promise.all(all.map((one, index) => take(one, `run ${index}`)));
    expect(answers.filter(({ taken }) => taken)).toHaveLength(1);
  });
});
