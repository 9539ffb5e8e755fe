import type { Board, RunningTask } from './board.ts';
import type { Figures } from './figures.ts';
import { failureLines } from './frame-failures.ts';
import { groupLines } from './frame-groups.ts';
import { hostLines } from './frame-hosts.ts';
import { clock, type FrameOptions } from './frame-options.ts';
import { count, truncate, widthOf } from './text.ts';

/**
 * The live view as lines: at most `rows - 1` of them, each narrower than the terminal, so that nothing
 * wraps or scrolls. Hosts get a line each while they fit, else a line per state.
 */
export function frameLines(board: Board, options: FrameOptions): string[] {
  const columns = Math.max(1, options.columns - 1);
  const rows = Math.max(1, options.rows - 1);
  const inner = { ...options, columns, rows };
  if (rows < 4 || columns < 20) return [taskLine(board, inner)];
  const { failures } = board;
  const ruleAndTask = 2;
  const heading = 1;
  const fits =
    board.hosts.size + heading + ruleAndTask + Math.min(failures.length, leastFailures) <= rows;
  const body = fits ? hostLines(board, inner) : groupLines(board, inner);
  const least = Math.min(failures.length, leastFailures);
  const left = rows - ruleAndTask - body.length;
  const budget = Math.max(least, Math.min(left, Math.floor(rows / 3)));
  const failed = failureLines(failures, budget, inner);
  const room = rows - ruleAndTask - failed.length;
  return [ruleLine(board, inner), ...failed, ...body.slice(0, room), taskLine(board, inner)];
}

const leastFailures = 2;

function ruleLine(board: Board, { columns, now, paint, figures }: FrameOptions): string {
  const mode = board.checkMode ? ' · check mode' : '';
  const time = ` ${clock(now - board.startedAt)} `;
  const name = `${board.play} · ${count(board.hosts.size, 'host')}${mode}`;
  const title = ` ${truncate(name, columns - time.length - 6)} `;
  const fill = Math.max(0, columns - widthOf(title) - time.length - 4);
  const rule = (amount: number) => paint('quiet', figures.rule.repeat(amount));
  return `${rule(2)}${paint('strong', title)}${rule(fill)}${paint('quiet', time)}${rule(2)}`;
}

function taskLine(board: Board, { columns, now, paint, figures }: FrameOptions): string {
  const spinner = figures.spinner[Math.floor(now / 125) % figures.spinner.length]!;
  const task = mostAwaited(board);
  if (!task) return truncate(`${spinner} getting ready`, columns);
  const others = board.tasks.size - (board.tasks.has(task.key) ? 1 : 0);
  const more = others > 0 ? ` +${count(others, 'task')}` : '';
  const elapsed = now - task.since >= 1000 ? `  ${clock(now - task.since)}` : '';
  const progress = `${task.done}/${count(task.hosts, 'host')}${elapsed}${more}`;
  const bar = columns >= 60 ? `${barOf(task, 16, figures)}  ` : '';
  const room = columns - 2 - widthOf(progress) - 2 - widthOf(bar);
  if (room < 8) return truncate(`${spinner} ${progress}`, columns);
  const title = paint('strong', truncate(task.title, room));
  return `${paint('place', spinner)} ${title}  ${paint('good', bar)}${progress}`;
}

/** Of the tasks that run (more than one with strategy free) the one with most hosts to go. */
function mostAwaited(board: Board): RunningTask | undefined {
  let best: RunningTask | undefined;
  for (const task of board.tasks.values()) {
    if (!best || task.hosts - task.done > best.hosts - best.done) best = task;
  }
  return best ?? board.latest;
}

function barOf(task: RunningTask, columns: number, figures: Figures): string {
  const part = task.hosts === 0 ? 1 : Math.min(1, task.done / task.hosts);
  const done = Math.floor(part * columns);
  return figures.barDone.repeat(done) + figures.barLeft.repeat(columns - done);
}
