import type { Paint, Tone } from '../reporters/paint.ts';
import { hang, shownLine, widthOf } from '../reporters/text.ts';
import type { Step } from '../site/trace/steps.ts';

const columns = 80;
const timeWidth = 10;

/** The ten steps for people, at most 80 columns wide. */
export function traceText(
  method: string,
  url: string,
  steps: readonly Step[],
  paint: Paint,
): string[] {
  const measured = steps.filter(({ ms }) => ms !== undefined);
  const byApp = measured.filter(({ by }) => by === 'app').map(({ number }) => number);
  const byClient = measured.filter(({ by }) => by === 'client').map(({ number }) => number);
  const clocks = [
    ...(byClient.length > 0 ? [`${listed(byClient)} measured here`] : []),
    ...(byApp.length > 0 ? [`${listed(byApp)} told by the app (Server-Timing)`] : []),
  ];
  return [
    paint('strong', shownLine(`${method} ${url}`)),
    '',
    ...steps.flatMap((step) => stepLines(step, paint)),
    '',
    ...(clocks.length > 0 ? [paint('quiet', `Times: ${clocks.join('; ')}.`)] : []),
  ];
}

function stepLines(step: Step, paint: Paint): string[] {
  const head = `${String(step.number).padStart(2)} ${step.name.padEnd(15)}`;
  const said = [step.who, step.what].filter((part) => part !== undefined && part !== '');
  const body = hang(head, shownLine(said.join(': ')), columns - timeWidth);
  const time = (step.ms === undefined ? '–' : milliseconds(step.ms)).padStart(timeWidth);
  const look =
    step.look === undefined ? [] : hang(`${' '.repeat(18)}→ look at `, step.look, columns);
  const tone = tones[step.status];
  return body
    .map((line, index) => {
      const shown = tone ? paint(tone, line) : line;
      if (index > 0) return shown;
      const space = ' '.repeat(Math.max(0, columns - timeWidth - widthOf(line)));
      return shown + space + paint('quiet', time);
    })
    .concat(look);
}

const tones: Readonly<Record<Step['status'], Tone | undefined>> = {
  ok: undefined,
  silent: 'quiet',
  failed: 'bad',
  unreached: 'quiet',
};

function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function listed(numbers: readonly number[]): string {
  if (numbers.length === 1) return `${numbers[0]}`;
  return `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}
