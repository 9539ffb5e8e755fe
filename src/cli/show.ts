import type { Command } from 'commander';
import { newCommand } from './new-command.ts';

interface ShowOptions {
  readonly markdown?: boolean;
  readonly json?: boolean;
  readonly diff: boolean;
}

export function showCommand(): Command {
  return newCommand('show')
    .summary('show a plan, as text or as Markdown for a merge request')
    .description(
      'Shows what a plan would change, host by host and task by task. Connects to nothing.',
    )
    .argument('<plan>', 'a file that `rolecall plan` wrote')
    .option('--markdown', 'as Markdown, for a merge request')
    .option('--json', 'as it is in the file, without its seal')
    .option('--no-diff', 'leave out the diffs')
    .addHelpText(
      'after',
      `
Example:
  rolecall show site.plan.json --markdown > comment.md`,
    )
    .action(async (file: string, options: ShowOptions) => {
      const { readPlan } = await import('./read-plan.ts');
      const { plan } = readPlan(file);
      process.stdout.write(await shown(plan, options));
    });
}

async function shown(plan: import('../plan/plan.ts').Plan, options: ShowOptions): Promise<string> {
  if (options.json) return `${JSON.stringify(plan, undefined, 2)}\n`;
  if (options.markdown) {
    const { planMarkdown } = await import('../plan/markdown.ts');
    return planMarkdown(plan, { diff: options.diff });
  }
  const { planLines } = await import('../plan/text.ts');
  const { paintFor } = await import('./paint-for.ts');
  const columns = process.stdout.columns ?? 80;
  const lines = planLines(plan, { paint: paintFor(process.stdout), columns, diff: options.diff });
  return `${lines.join('\n')}\n`;
}
