import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { RolecallError } from '../errors.ts';
import { escapeForTerminal } from '../shell/display.ts';

/**
 * Asks the person at the terminal, on stderr; `hidden` shows nothing of the answer. Throws
 * `option-invalid` where stdin is no terminal and `interrupted` for Ctrl-C or Ctrl-D.
 */
export async function prompt(question: string, hidden: boolean): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new RolecallError({
      code: 'option-invalid',
      message: `'${question.trim()}' cannot be asked: stdin is no terminal`,
      hint: 'Give the value with an option or a variable (-e), or run in a terminal.',
    });
  }
  process.stderr.write(escapeForTerminal(question));
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? silent : process.stderr,
    terminal: true,
    historySize: 0,
  });
  try {
    return await new Promise<string>((resolve, reject) => {
      const refuse = () =>
        reject(new RolecallError({ code: 'interrupted', message: 'no answer was given' }));
      lines.once('line', resolve);
      lines.once('SIGINT', refuse);
      lines.once('close', refuse);
    });
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}
