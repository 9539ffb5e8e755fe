import type { SeenFailure } from './board.ts';
import type { FrameOptions } from './frame-options.ts';
import { count, someOf, truncate, widthOf, wrap } from './text.ts';

/** The problems so far in at most `budget` lines: the latest where not all fit, short where many are. */
export function failureLines(
  failures: readonly SeenFailure[],
  budget: number,
  options: FrameOptions,
): string[] {
  const { columns, paint, figures } = options;
  if (failures.length === 0 || budget < 1) return [];
  const shown = failures.length <= budget ? failures : failures.slice(failures.length - budget + 1);
  const hidden = failures.length - shown.length;
  const lines = shown.flatMap((failure) => {
    const figure = failure.status === 'unreachable' ? figures.unreachable : figures.failed;
    const hosts = truncate(someOf(failure.hosts, Math.floor(columns / 3)), Math.floor(columns / 2));
    const start = `${figure} ${hosts}  `;
    const each = Math.floor((budget - Math.sign(hidden)) / shown.length);
    const text = clipped(`${failure.task}: ${failure.reason}`, columns - widthOf(start), each);
    return text.map((line, index) =>
      index === 0 ? paint('bad', start) + line : ' '.repeat(widthOf(start)) + line,
    );
  });
  if (hidden === 0) return lines;
  return [
    paint(
      'bad',
      truncate(`${figures.failed} ${count(hidden, 'failure')} before these, above`, columns),
    ),
    ...lines,
  ];
}

function clipped(text: string, columns: number, most: number): string[] {
  const lines = wrap(text, columns);
  const allowed = Math.min(3, most);
  if (lines.length <= allowed) return lines;
  const last = `${lines[allowed - 1]} ${lines[allowed]}`;
  return [...lines.slice(0, allowed - 1), truncate(last, columns)];
}
