import type { Reporter, RunEvent } from '../events.ts';
import { emptyBoard, follow } from './board.ts';
import { frameLines } from './board-frame.ts';
import type { Figures } from './figures.ts';
import { type LivePlay, startLivePlay } from './live-renderer.ts';
import { LiveTranscript } from './live-transcript.ts';
import type { LineOptions } from './outcome-lines.ts';
import { flushed, type Output } from './output.ts';
import { recapLines } from './recap.ts';
import { Screen } from './screen.ts';
import { timingsLines } from './timings-table.ts';

/** A terminal: what `process.stdout` is when it is one. */
export interface Terminal extends Output {
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
  readonly writableNeedDrain?: boolean;
}

export interface TerminalOptions extends Omit<LineOptions, 'columns'> {
  readonly figures: Figures;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}

/**
 * The live view: below, redrawn in place, a line per host (or per state where they do not fit) and the
 * running task, with the failures so far in sight; above, permanent, what changed and what failed.
 * `finish` leaves the terminal as it was, also after an interruption.
 */
export function terminalReporter(terminal: Terminal, options: TerminalOptions): Reporter {
  const now = options.now ?? (() => performance.now());
  const board = emptyBoard(now());
  const screen = new Screen(terminal);
  const transcript = new LiveTranscript({ ...options, columns: 80 });
  /** The plays that run, by their numbers. */
  const plays = new Map<number, LivePlay>();
  let lastFrame = Number.NEGATIVE_INFINITY;
  let pausedForPrompt = false;
  let pending: string[] = [];

  const size = () => ({ columns: terminal.columns ?? 80, rows: terminal.rows ?? 24 });
  const frame = () => frameLines(board, { ...size(), ...options, now: now() });
  const draw = () => {
    if (plays.size === 0 || pausedForPrompt) return;
    lastFrame = now();
    const lines = pending;
    pending = [];
    screen.print(lines, frame());
  };
  const refresh = () => {
    if (now() - lastFrame >= framePause && !terminal.writableNeedDrain) draw();
  };
  const stepAside = () => {
    screen.clear();
    if (pending.length > 0) terminal.write(`${pending.join('\n')}\n`);
    pending = [];
  };
  const leave = () => {
    for (const play of plays.values()) play.end();
    plays.clear();
    stepAside();
  };
  const showCursor = () => screen.clear();
  terminal.on('resize', draw);
  process.once('exit', showCursor);

  return {
    report: (event) => {
      follow(board, event, now());
      pending.push(...transcript.lines(event, size().columns));
      switch (event.type) {
        case 'play-started':
          plays.get(event.play)?.end();
          plays.set(event.play, startLivePlay(event.hosts, { refresh }));
          draw();
          break;
        case 'host-task-finished':
          if (isOver(event)) plays.get(event.play)?.settle(event.host, true);
          break;
        case 'prompt-started':
          pausedForPrompt = true;
          stepAside();
          break;
        case 'prompt-finished':
          pausedForPrompt = false;
          draw();
          break;
        case 'play-finished':
          plays.get(event.play)?.end();
          plays.delete(event.play);
          if (plays.size === 0) leave();
          else draw();
          break;
        case 'run-finished':
          leave();
          terminal.write(`\n${recap(event).join('\n')}\n`);
          break;
        case 'timings':
          terminal.write(`${timingsLines(event.timings, options.paint).join('\n')}\n`);
          break;
        default:
          if (plays.size === 0) leave();
      }
    },
    finish: async () => {
      leave();
      terminal.off('resize', draw);
      process.off('exit', showCursor);
      await flushed(terminal);
    },
  };

  function recap(event: Extract<RunEvent, { type: 'run-finished' }>): string[] {
    return recapLines(event, {
      paint: options.paint,
      checkMode: board.checkMode,
      failures: board.failures,
      groupAbove: Math.max(8, size().rows - 8),
    });
  }
}

/** At most ten frames per second. */
const framePause = 95;

function isOver(event: Extract<RunEvent, { type: 'host-task-finished' }>): boolean {
  const { status, ignored } = event.outcome;
  return !ignored && (status === 'failed' || status === 'unreachable');
}
