import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { Tmux } from '../reporters/support/tmux.ts';
import { folderWith } from './support.ts';

const main = fileURLToPath(new URL('../../src/cli/launch.js', import.meta.url));
const folder = folderWith({
  'hosts.ini': 'here ansible_connection=local\n',
  'ask.yml': `- hosts: all
  gather_facts: false
  vars_prompt:
    - {name: who, prompt: Who is it, private: false}
    - {name: secret, prompt: Password}
  tasks:
    - debug: {msg: "hello {{ who }}, {{ secret | length }} characters: {{ secret }}"}
    - pause: {prompt: Go on}
    - debug: {msg: gone on}
`,
});
let tmux: Tmux | undefined;

afterEach(() => {
  tmux?.kill();
  tmux = undefined;
});

function ask(): Tmux {
  const words = ['run', '-i', join(folder, 'hosts.ini'), join(folder, 'ask.yml')];
  tmux = new Tmux('prompt', 80, 24, [process.execPath, main, ...words]);
  return tmux;
}

describe.skipIf(!Tmux.isInstalled())('questions in a terminal', { timeout: 60_000 }, () => {
  test('an answer is shown unless it is private, and never told afterwards', async () => {
    const terminal = ask();
    await terminal.until(/Who is it:/);
    terminal.press('anna');
    terminal.press('Enter');
    await terminal.until(/Password:/);
    terminal.press('hunter2');
    terminal.press('Enter');
    const asked = await terminal.until(/Go on:/);
    expect(asked).toContain('Who is it: anna\nPassword:\n');
    expect(asked).not.toContain('── all');
    terminal.press('Enter');
    const all = await terminal.until(/\[ended 0\]/, true);
    expect(all).toContain('hello anna, 7 characters: ********');
    expect(all).toContain('gone on');
    expect(all).not.toContain('hunter2');
  });

  test('Ctrl-C at a question ends the command', async () => {
    const terminal = ask();
    await terminal.until(/Who is it:/);
    terminal.press('C-c');
    const all = await terminal.until(/\[ended \d+\]/, true);
    expect(all).toContain('Interrupted after');
    expect(all).not.toContain('gone on');
    expect(all).toContain('[ended 130]');
    expect(terminal.cursorIsShown()).toBe(true);
  });
});
