import type { Reporter } from '../events.ts';

/** Several reporters as one; each gets every event in order. */
export function tee(reporters: readonly Reporter[]): Reporter {
  return {
    report: (event) => {
      for (const reporter of reporters) reporter.report(event);
    },
    finish: async () => {
      await Promise.all(reporters.map((reporter) => reporter.finish()));
    },
  };
}
