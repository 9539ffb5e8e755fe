import { asciiFigures, unicodeFigures } from '../../../src/reporters/figures.ts';
import { colours, noColours } from '../../../src/reporters/paint.ts';
import { plainReporter } from '../../../src/reporters/plain.ts';
import { terminalReporter } from '../../../src/reporters/terminal.ts';
import { fleet } from './fleet.ts';

/**
 * Plays a made-up run on this terminal:
 * node show.ts HOSTS [check] [diff] [ascii] [colour] [plain] [quick] [stop-at=N] [hold]
 */
const [hosts = '4', ...words] = process.argv.slice(2);
const has = (word: string) => words.includes(word);
const number = Number(hosts);
const options = {
  verbosity: 0,
  diff: has('diff'),
  paint: has('colour') ? colours : noColours,
  figures: has('ascii') ? asciiFigures : unicodeFigures,
};
const reporter = has('plain')
  ? plainReporter(process.stdout, { ...options, columns: process.stdout.columns ?? 80 })
  : terminalReporter(process.stdout, options);
process.on('SIGINT', () => process.exit(130));
const steps = fleet({
  hosts: number,
  checkMode: has('check'),
  failing: number > 9 ? [6, 18] : [2],
  unreachable: number > 9 ? [16, 33] : [],
});
const stopAt = Number(words.find((word) => word.startsWith('stop-at='))?.slice(8) ?? steps.length);
for (const { wait, event } of steps.slice(0, stopAt)) {
  if (wait > 0 && !has('quick')) await new Promise((resolve) => setTimeout(resolve, wait));
  reporter.report(event);
}
if (has('hold')) await new Promise((resolve) => setTimeout(resolve, 60_000));
await reporter.finish();
