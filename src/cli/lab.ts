import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Lab, LabEvent } from '../lab/contract.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { addInventoryOption, addVariableOptions } from './inventory-options.ts';
import { newCommand } from './new-command.ts';

interface Options extends InventoryOptions {
  readonly name?: string;
}

export function labCommand(end: (status: number) => void): Command {
  const lab = newCommand('lab')
    .summary('boot and remove real local hosts to try playbooks on')
    .description(
      'Boots the hosts of an inventory as real local machines with systemd, sshd and apt, and removes them again. Needs root on Debian.',
    )
    .enablePositionalOptions();
  lab.addCommand(
    part('up', 'boot every host; those that run are left alone').action(
      async (options: Options) => {
        const { labUp } = await import('../lab/lab.ts');
        await labUp(await labOf(options), tell);
      },
    ),
  );
  lab.addCommand(
    part('down', 'remove every trace of the lab').action(async (options: Options) => {
      const { labDown } = await import('../lab/lab.ts');
      await labDown((await labOf(options)).name, tell);
    }),
  );
  lab.addCommand(
    part('status', 'what each host is doing').action(async (options: Options) => {
      const { labStatus } = await import('../lab/lab.ts');
      for (const { name, address, state, uptime, ssh } of await labStatus(await labOf(options))) {
        const since = uptime === undefined ? '' : `  up ${Math.round(uptime)} s`;
        const login = state === 'running' ? `  login ${ssh ? 'works' : 'FAILS'}` : '';
        say(`${name.padEnd(16)} ${address.padEnd(15)} ${state}${since}${login}`);
      }
    }),
  );
  lab.addCommand(
    part('ssh', 'log in to a host, or run a command on it')
      .argument('<host>', 'name in the inventory')
      .argument('[command...]', 'what to run there')
      .passThroughOptions()
      .action(async (host: string, command: string[], options: Options) => {
        const { logInto } = await import('./lab-ssh.ts');
        end(await logInto(await labOf(options), host, command));
      }),
  );
  return lab.enablePositionalOptions().addHelpText(
    'after',
    `
Example:
  rolecall lab up -i inventory/demo
  rolecall lab ssh -i inventory/demo web1 uptime`,
  );
}

function part(name: string, description: string): Command {
  const command = newCommand(name).description(description);
  addInventoryOption(command);
  command.addOption(new Option('--name <name>', "the lab's name (default: the inventory's)"));
  return addVariableOptions(command);
}

async function labOf(options: Options): Promise<Lab> {
  const { labFromInventory } = await import('../lab/from-inventory.ts');
  const { inventorySources } = await import('./inventory-options.ts');
  const { readSources } = await import('./sources.ts');
  const { evaluatedVariables } = await import('./evaluated-variables.ts');
  const sources = await readSources(options, true);
  const { inventory } = sources;
  const variables = evaluatedVariables(sources);
  const hosts = inventory.hostsIn('all').map((host) => ({
    name: host,
    groups: inventory.groupNamesOf(host),
    vars: variables(host),
  }));
  const [first = 'lab'] = inventorySources(options.inventory);
  return labFromInventory({ name: options.name ?? nameFor(first), hosts });
}

/** `inventory/demo/hosts.yml` and `inventory/demo` are the lab `demo`. */
function nameFor(source: string): string {
  const file = basename(resolve(source)).replace(/\.[^.]*$/, '');
  const name = /^(hosts|inventory)$/.test(file) ? basename(resolve(source, '..')) : file;
  return name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 20);
}

function tell(event: LabEvent): void {
  switch (event.kind) {
    case 'packages':
      say(`installing ${event.names.join(' ')}`);
      break;
    case 'base':
      if (event.state !== 'cached')
        say(`base system ${event.suite}: ${event.state}${seconds(event.seconds)}`);
      break;
    case 'base-output':
      break;
    case 'host':
      if (event.state === 'preparing' || event.state === 'booting') break;
      say(
        `${event.host}: ${event.state}${seconds(event.seconds)}${event.error ? `: ${event.error}` : ''}`,
      );
      break;
  }
}

function seconds(amount: number | undefined): string {
  return amount === undefined ? '' : ` (${amount.toFixed(1)} s)`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
