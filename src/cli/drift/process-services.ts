import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { runProgram } from '../../drift/run-program.ts';
import { shownLine } from '../../reporters/text.ts';
import type { DriftServices } from './services.ts';

/** Those of a user at the command line. */
export function processServices(): DriftServices {
  const warn = (line: string) => {
    process.stderr.write(`${shownLine(line)}\n`);
  };
  return {
    openFleet: async (settings) => {
      const { openFleet } = await import('./real-fleet.ts');
      return openFleet(settings, (message) => warn(`warning: ${message}`));
    },
    print: (text) => {
      process.stdout.write(text);
    },
    warn,
    systemd: (scope) => ({
      scope,
      folder:
        scope === 'system'
          ? '/etc/systemd/system'
          : join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'systemd/user'),
      run: (words) => runProgram(words, { timeoutMs: longestCall }),
    }),
    program: [process.execPath, resolve(process.argv[1] ?? 'rolecall')],
  };
}

/** A watch that is stopped ends its task first. */
const longestCall = 660_000;
