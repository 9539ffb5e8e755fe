import type { Command } from 'commander';
import { checkCommand } from './drift/check.ts';
import { installCommand } from './drift/install.ts';
import type { DriftServices } from './drift/services.ts';
import { statusCommand } from './drift/status.ts';
import { uninstallCommand } from './drift/uninstall.ts';
import { watchCommand } from './drift/watch.ts';
import { newCommand } from './new-command.ts';

export function driftCommand(end: (status: number) => void, services: DriftServices): Command {
  const drift = newCommand('drift')
    .summary('keep hosts as declared: look by a schedule, correct, tell')
    .description('Finds what differs from what is declared, and keeps it as declared.');
  const parts = [
    checkCommand(end, services),
    watchCommand(end, services),
    installCommand(services),
    uninstallCommand(services),
    statusCommand(services),
  ];
  for (const part of parts) drift.addCommand(part);
  return drift.addHelpText(
    'after',
    `
Examples:
  rolecall drift check site.yml -i hosts.yml --diff
  rolecall drift watch site.yml -i hosts.yml --every 15m
  rolecall drift install --settings drift.yml`,
  );
}
