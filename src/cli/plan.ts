import type { Command } from 'commander';
import { connectionDefaults } from './connection-options.ts';
import { newCommand } from './new-command.ts';
import { addKeyOption, type KeyOptions } from './plan-key.ts';
import {
  addHostOptions,
  addPaceOptions,
  addSelectionOptions,
  type RunCommandOptions,
} from './run-options.ts';

interface PlanOptions extends RunCommandOptions, KeyOptions {
  readonly out: string;
}

export function planCommand(end: (status: number) => void): Command {
  const command = newCommand('plan')
    .summary('find out what a run would change, and keep it in a file')
    .description(
      'A dry run whose result is kept: look at it with `rolecall show`, do it with `rolecall apply`, which does that and nothing else.',
    )
    .argument('<playbook...>', 'playbook files, run in order')
    .requiredOption('-o, --out <file>', 'where the plan is written');
  addKeyOption(command);
  addSelectionOptions(command).optionsGroup('How:');
  addPaceOptions(command);
  addHostOptions(command, '--output');
  return command
    .addHelpText(
      'after',
      `
Examples:
  rolecall plan -i hosts.ini site.yml -o site.plan.json
  rolecall show site.plan.json --markdown
  rolecall apply site.plan.json

Exit status: as of a dry run; 2 when hosts failed, 4 when they were not reached.`,
    )
    .action(async (playbooks: string[], options: PlanOptions) => {
      end(await plan(playbooks, options));
    });
}

async function plan(playbooks: readonly string[], options: PlanOptions): Promise<number> {
  const { planDigests, siteFor } = await import('./planned-site.ts');
  const { foresee, planOf } = await import('./make-plan.ts');
  const { makeReporter } = await import('./output-options.ts');
  const { planText } = await import('../plan/file.ts');
  const { sumsText } = await import('../plan/text.ts');
  const { saveWhole } = await import('./output-file.ts');
  const site = await siteFor(playbooks, options, planDigests(options));
  const connection = await connectionDefaults(options);
  const shown = await makeReporter({ ...options, diff: options.diff ?? true });
  const foreseen = await foresee(site, options, shown, connection);
  const made = await planOf(site, foreseen, options);
  await saveWhole(options.out, planText(made, site.digests));
  process.stderr.write(`plan ${made.id} in ${options.out}: ${sumsText(made)}\n`);
  return made.exitStatus;
}
