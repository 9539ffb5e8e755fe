import type { Connect } from '../connection/connection.ts';
import type { Reporter } from '../events.ts';
import { evaluations } from '../jinja/template.ts';
import { processClock } from '../timings/clock.ts';
import { Recording } from '../timings/recording.ts';
import { timed } from '../timings/timer.ts';
import { Trace } from '../timings/trace.ts';
import { outputTo } from './output-file.ts';

/** What --timings takes part in. */
export interface RunRecording {
  readonly timer: Recording;
  /** Counts what goes over connections. */
  connecting(connect: Connect): Connect;
  /** Follows the events, and reports the times behind the last of them. */
  reporting(reporter: Reporter): Reporter;
}

/** Starts to record a run; the trace goes to `file`, '' for none. */
export async function startRecording(file: string): Promise<RunRecording> {
  const output = file === '' ? undefined : await outputTo(file);
  const trace = output && new Trace();
  const timer = new Recording(processClock, trace);
  const written = async () => {
    if (trace) await new Promise<void>((done) => output.write(trace.toJson(), done));
  };
  return {
    timer,
    connecting: (connect) => async (target, signal) => {
      const connection = await connect(target, signal);
      timer.connected(target.host, connection.traffic);
      return connection;
    },
    reporting: (reporter) => ({
      report: (event) => {
        timer.follow(event);
        timed(timer, 'report', undefined, () => reporter.report(event));
        if (event.type !== 'run-finished') return;
        reporter.report({ type: 'timings', timings: timer.timings(evaluations()) });
      },
      finish: async () => {
        await Promise.all([written(), reporter.finish()]);
      },
    }),
  };
}
