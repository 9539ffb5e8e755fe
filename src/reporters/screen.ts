import { stripVTControlCharacters } from 'node:util';
import type { Output } from './output.ts';
import { widthOf } from './text.ts';

/**
 * A block of lines at the bottom of the terminal that is redrawn in place, below permanent output that
 * scrolls into the terminal's history. One write per step, within a synchronized update, so that
 * nothing flickers; only lines that differ are sent.
 */
export class Screen {
  readonly #output: Output;
  #drawn: readonly string[] = [];
  #cursorHidden = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Replaces the block; the same lines again write nothing. */
  draw(lines: readonly string[]): void {
    const text = this.#change(lines);
    if (text === '' && this.#cursorHidden) return;
    this.#send(this.#hideCursor() + text);
    this.#drawn = lines;
  }

  /** Writes lines that stay, above the block. */
  print(lines: readonly string[], block: readonly string[]): void {
    if (lines.length === 0) {
      this.draw(block);
      return;
    }
    this.#send(
      `${this.#erase()}${lines.join('\r\n')}\r\n${block.join('\r\n')}\r${this.#hideCursor()}`,
    );
    this.#drawn = block;
  }

  /** Takes the block away and gives the cursor back. */
  clear(): void {
    const text = this.#erase() + this.#showCursor();
    if (text !== '') this.#send(text);
    this.#drawn = [];
  }

  #send(text: string): void {
    this.#output.write(`${synchronized}${text}${synchronizedEnd}`);
  }

  #change(lines: readonly string[]): string {
    const before = this.#drawn;
    if (before.length !== lines.length || before.some((line) => this.#heightOf(line) > 1)) {
      return `${this.#erase()}${lines.join('\r\n')}\r`;
    }
    let text = '';
    let at = before.length - 1;
    for (const [index, line] of lines.entries()) {
      if (line === before[index]) continue;
      text += `${move(index - at)}\r${line}${eraseToEnd}`;
      at = index;
    }
    return text === '' ? '' : `${text}${move(lines.length - 1 - at)}\r`;
  }

  /**
   * From where the block begins, also after the terminal became narrower and broke its lines. The
   * cursor always rests at the start of the block's last line.
   */
  #erase(): string {
    if (this.#drawn.length === 0) return '';
    const height = (line: string) => this.#heightOf(line);
    const above = this.#drawn.slice(0, -1).reduce((sum, line) => sum + height(line), 0);
    const below = height(this.#drawn.at(-1)!) - 1;
    // Line by line: tmux keeps in its history what one sequence erases from the top left corner.
    return `\r${move(below)}${(eraseLine + move(-1)).repeat(above + below)}${eraseLine}`;
  }

  #heightOf(line: string): number {
    const columns = this.#output.columns ?? 80;
    return Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(line)) / columns));
  }

  #hideCursor(): string {
    if (this.#cursorHidden) return '';
    this.#cursorHidden = true;
    return cursorHide;
  }

  #showCursor(): string {
    if (!this.#cursorHidden) return '';
    this.#cursorHidden = false;
    return cursorShow;
  }
}

const synchronized = '\u001b[?2026h';
const synchronizedEnd = '\u001b[?2026l';
const eraseToEnd = '\u001b[K';
const eraseLine = '\u001b[2K';
const cursorHide = '\u001b[?25l';
const cursorShow = '\u001b[?25h';

function move(lines: number): string {
  if (lines === 0) return '';
  return lines < 0 ? `\u001b[${-lines}A` : `\u001b[${lines}B`;
}
