import type { Command } from 'commander';
import { newCommand } from '../new-command.ts';
import type { DriftServices } from './services.ts';
import { addWatchOptions, settingsFrom, type WatchOptions } from './settings-options.ts';

interface Options extends WatchOptions {
  readonly once?: boolean;
  readonly splayed?: boolean;
}

export function watchCommand(end: (status: number) => void, services: DriftServices): Command {
  const command = newCommand('watch')
    .summary('look by a schedule, and correct what may be corrected')
    .description(
      'Looks at all hosts by a schedule, corrects what policy, windows and limits allow, and tells who wants to know. Corrects nothing unless the settings say so. Stops between tasks on Ctrl-C and SIGTERM.',
    )
    .argument('[playbook...]', 'what is declared (default: playbooks of the settings)')
    .option('--once', 'one time, now, for timers')
    .option('--splayed', 'with --once: wait for the splay first');
  return addWatchOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  rolecall drift watch site.yml -i hosts.yml --every 15m
  rolecall drift watch --settings drift.yml --default correct

Exit status: 0 stopped, 1 error. With --once: 0 all is well or left to people,
2 a task or a correction failed, 4 hosts unreachable, 1 the check failed.`,
    )
    .action(async (playbooks: string[], options: Options) => {
      end(await keep(playbooks, options, services));
    });
}

async function keep(
  playbooks: readonly string[],
  options: Options,
  { openFleet, print, warn }: DriftServices,
): Promise<number> {
  const { hostname } = await import('node:os');
  const { systemClock } = await import('../../drift/clock.ts');
  const { cycleStatus } = await import('../../drift/cycle-status.ts');
  const { keepWatch } = await import('../../drift/keep-watch.ts');
  const { machineId } = await import('../../drift/machine-id.ts');
  const { stateFileOf } = await import('../../drift/state-file.ts');
  const { shownLine } = await import('../../reporters/text.ts');
  const { listenForInterrupt } = await import('../interrupt.ts');
  const { cycleLines } = await import('./cycle-text.ts');
  const { shownTime } = await import('./shown-time.ts');
  const settings = await settingsFrom(playbooks, options);
  const fleet = await openFleet(settings);
  const ended = Promise.withResolvers<void>();
  const interruption = listenForInterrupt({ notice: warn, stop: () => ended.promise });
  const say = (line: string) => print(`${shownTime(Date.now())}  ${shownLine(line)}\n`);
  let status = 0;
  try {
    await keepWatch({
      fleet,
      settings,
      stateFile: settings.state ?? stateFileOf(settings.name),
      machine: hostname(),
      machineId: machineId(),
      clock: systemClock,
      signal: interruption.signal,
      ...(options.once && { once: options.splayed ? 'splayed' : 'now' }),
      onCycle: (cycle) => {
        cycleLines(cycle).forEach(say);
        if (options.once) status = cycleStatus(cycle);
      },
      onWaiting: (until) => say(`next check at ${shownTime(until)}`),
      warn,
    });
    return status;
  } finally {
    interruption.release();
    ended.resolve();
  }
}
