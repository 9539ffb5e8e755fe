import { type Command, Option } from 'commander';
import type { Severity } from '../site/audit/finding.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { collectList, newCommand } from './new-command.ts';
import { addPlaybooks, addSiteOptions } from './site-options.ts';

interface Options extends InventoryOptions {
  readonly json?: boolean;
  readonly failOn: Severity;
  readonly accept?: readonly string[];
}

export function auditCommand(end: (status: number) => void): Command {
  const command = newCommand('audit')
    .summary('find single points of failure and what a site lacks')
    .description(
      'Finds, from inventory and parameters of typed roles alone, every single point of failure, and where firewall, HTTPS, monitoring or backups are missing, each with the change that would end it. Connects to nothing.',
    );
  addPlaybooks(command)
    .optionsGroup('Options:')
    .option('--json', 'as JSON')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 from this severity on')
        .choices(['high', 'medium', 'low'])
        .default('high'),
    )
    .addOption(
      new Option(
        '--accept <code[:host]>',
        'a finding that is known and lived with; repeatable',
      ).argParser(collectList),
    );
  addSiteOptions(command);
  return command
    .addHelpText(
      'after',
      `
Examples:
  rolecall audit -i inventory/foobar
  rolecall audit -i inventory/foobar --accept no-https --fail-on low

Exit status: 0 nothing found from --fail-on up, 3 something found, 1 error.`,
    )
    .action(async (playbooks: string[], options: Options) => {
      end(await showAudit(playbooks, options));
    });
}

async function showAudit(playbooks: readonly string[], options: Options): Promise<number> {
  const { readSiteModel } = await import('./site-options.ts');
  const { audit } = await import('../site/audit/audit.ts');
  const { severities } = await import('../site/audit/finding.ts');
  const { auditJson, auditText } = await import('./audit-text.ts');
  const { paintFor } = await import('./paint-for.ts');
  const source = await readSiteModel(playbooks, options);
  const report = audit(source.model, options.accept);
  process.stdout.write(
    options.json
      ? `${JSON.stringify(auditJson(report, source), null, 2)}\n`
      : `${auditText(report, source, paintFor(process.stdout)).join('\n')}\n`,
  );
  const from = severities.slice(0, severities.indexOf(options.failOn) + 1);
  return report.findings.some(({ severity }) => from.includes(severity)) ? 3 : 0;
}
