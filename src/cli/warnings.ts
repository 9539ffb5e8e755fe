import type { Problem } from '../errors.ts';
import { escapeForTerminal } from '../shell/display.ts';

/** Writes what is odd but does not stop a command to stderr, a line each. */
export function showWarnings(problems: readonly Problem[]): void {
  for (const { message, at, hint } of problems) {
    const place = at ? `${at.file}:${at.line}: ` : '';
    const advice = hint ? ` (${hint})` : '';
    process.stderr.write(`warning: ${escapeForTerminal(`${place}${message}${advice}`)}\n`);
  }
}
