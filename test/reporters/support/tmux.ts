import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

let servers = 0;

/** A real pseudo terminal of a fixed size, run by a tmux server of its own. */
export class Tmux {
  readonly #socket: string;

  constructor(name: string, columns: number, rows: number, command: readonly string[]) {
    this.#socket = `rolecall-${name}-${process.pid}-${++servers}`;
    // The session outlives the command, so that what it leaves behind can be looked at.
    const line = `trap : INT; ${command.map(quoted).join(' ')}; echo "[ended $?]"; exec cat`;
    this.#tmux('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, `sh -c ${quoted(line)}`);
  }

  static isInstalled(): boolean {
    try {
      execFileSync('tmux', ['-V'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

  /** What is on the screen; `history` with everything that scrolled away before it. */
  screen(history = false): string {
    const text = this.#tmux('capture-pane', '-p', ...(history ? ['-S', '-'] : []));
    return text.trimEnd();
  }

  /** The screen with its colours, as escape sequences. */
  colours(): string {
    return this.#tmux('capture-pane', '-p', '-e').trimEnd();
  }

  /** Waits until the screen matches, for at most 20 seconds; gives the screen. */
  async until(pattern: RegExp, history = false): Promise<string> {
    for (let tries = 0; tries < 200; tries++) {
      const screen = this.screen(history);
      if (pattern.test(screen)) return screen;
      await sleep(100);
    }
    throw new Error(`${pattern} did not appear on:\n${this.screen(history)}`);
  }

  /** `C-c` and the like, in tmux's names. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  cursorIsShown(): boolean {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1';
  }

  kill(): void {
    this.#tmux('kill-server');
  }

  #tmux(...words: string[]): string {
    return execFileSync('tmux', ['-u', '-f', '/dev/null', '-L', this.#socket, ...words], {
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TMUX: '' },
    });
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
