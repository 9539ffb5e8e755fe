import type { Reporter, RunEvent } from '../../../src/events.ts';
import type { Output } from '../../../src/reporters/output.ts';

/** An output that keeps what is written. */
export function memory(columns = 80, rows = 24): Output & { text(): string } {
  let written = '';
  return {
    columns,
    rows,
    write(text, done) {
      written += text;
      done?.();
      return true;
    },
    text: () => written,
  };
}

/** What a reporter writes for a list of events. */
export async function told(
  make: (output: Output) => Reporter,
  events: readonly RunEvent[],
): Promise<string> {
  const output = memory();
  const reporter = make(output);
  for (const event of events) reporter.report(event);
  await reporter.finish();
  return output.text();
}
