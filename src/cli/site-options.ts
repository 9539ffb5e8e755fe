import { existsSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { RolecallError } from '../errors.ts';
import type { SiteModel } from '../site/model.ts';
import {
  addInventoryOption,
  addVariableOptions,
  type InventoryOptions,
} from './inventory-options.ts';

/** What a command gets that looks at the whole site. */
export interface SiteSource {
  readonly model: SiteModel;
  readonly playbooks: readonly string[];
  /** Hosts that no typed role describes. */
  readonly undescribed: readonly string[];
}

/** The argument PLAYBOOK… */
export function addPlaybooks(command: Command): Command {
  return command.addArgument(
    new Argument('[playbook...]', `playbooks (default: ${usual.join(', else ')})`),
  );
}

/** The options -i, -e and those of vaults. */
export function addSiteOptions(command: Command): Command {
  return addVariableOptions(addInventoryOption(command));
}

/**
 * The site that inventory and playbooks describe; connects to nothing.
 *
 * @throws RolecallError with all that is wrong in playbooks and parameters.
 */
export async function readSiteModel(
  given: readonly string[],
  options: InventoryOptions,
): Promise<SiteSource> {
  const playbooks = given.length > 0 ? given : [usualPlaybook()];
  const { loadRun } = await import('./load-run.ts');
  const { readSite } = await import('./read-site.ts');
  const { siteModelOf } = await import('./site-model.ts');
  const { fleet, problems } = await readSite(await loadRun(playbooks, options));
  if (problems.length > 0) throw new RolecallError(problems);
  const model = siteModelOf(fleet);
  return {
    model,
    playbooks,
    undescribed: model.hosts.filter(({ roles }) => roles.length === 0).map(({ name }) => name),
  };
}

/** The hosts of the inventory without their roles, for when no playbook can be read. */
export async function readHostsOnly(options: InventoryOptions): Promise<SiteModel> {
  const { hostVariables, readSources } = await import('./sources.ts');
  const sources = await readSources(options, true);
  const variables = hostVariables(sources);
  const hosts = sources.inventory.hostsIn('all').map((name) => {
    const address = variables(name).get('ansible_host');
    const groups = sources.inventory.groupNamesOf(name);
    return { name, address: typeof address === 'string' ? address : name, groups, roles: [] };
  });
  return { hosts };
}

const usual = ['playbooks/site.yml', 'site.yml'];

function usualPlaybook(): string {
  const found = usual.find((file) => existsSync(file));
  if (found) return found;
  throw new RolecallError({
    code: 'source-not-found',
    message: `there is neither ${usual.join(' nor ')} here`,
    hint: 'Name the playbooks that put the roles on the hosts.',
  });
}
