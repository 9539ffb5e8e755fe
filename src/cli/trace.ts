import { isIP } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SiteModel } from '../site/model.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { newCommand } from './new-command.ts';
import { addPlaybooks, addSiteOptions } from './site-options.ts';

interface Options extends InventoryOptions {
  readonly json?: boolean;
  readonly request: string;
  readonly resolve?: ReadonlyMap<string, string>;
  readonly dns?: string;
  readonly timeout: number;
}

export function traceCommand(end: (status: number) => void): Command {
  const command = newCommand('trace')
    .summary('follow one request through all servers, and time it')
    .description(
      'Sends one request and shows its ten steps, from the question for the name to the answer: who answered by their own word (X-Served-By headers) and how long it took. The inventory only tells which name server to ask.',
    )
    .argument('<url>', 'what to request: http://www.foobar.com/', urlFrom);
  addPlaybooks(command)
    .optionsGroup('Options:')
    .option('--json', 'as JSON')
    .option('-X, --request <method>', 'method of the request', 'GET')
    .addOption(
      new Option(
        '--resolve <name:address>',
        'address of a name that is then not asked for; repeatable',
      ).argParser(resolution),
    )
    .addOption(
      new Option(
        '--dns <address[:port]>',
        'name server to ask (default: that of the inventory)',
      ).argParser(nameServer),
    )
    .addOption(
      new Option('--timeout <seconds>', 'longest wait for an answer')
        .default(10)
        .argParser(seconds),
    );
  addSiteOptions(command);
  return command
    .addHelpText(
      'after',
      `
Examples:
  rolecall trace http://www.foobar.com/api/notes -i inventory/foobar
  rolecall trace http://www.foobar.com/ --resolve www.foobar.com:192.0.2.11

Exit status: 0 answered, 2 answered with 500 or above, 4 no answer, 1 error.`,
    )
    .action(async (url: URL, playbooks: string[], options: Options) => {
      end(await showTrace(url, playbooks, options));
    });
}

async function showTrace(
  url: URL,
  playbooks: readonly string[],
  options: Options,
): Promise<number> {
  const { trace } = await import('./trace-run.ts');
  const traced = await trace(url, await modelFor(playbooks, options), {
    method: options.request.toUpperCase(),
    timeoutMs: options.timeout * 1000,
    resolve: options.resolve ?? new Map(),
    ...(options.dns !== undefined && { dns: options.dns }),
  });
  if (options.json) {
    const { seen, steps, status } = traced;
    const text = JSON.stringify({ version: 1, ok: status === 0, steps, seen }, null, 2);
    process.stdout.write(`${text}\n`);
  } else {
    const { traceText } = await import('./trace-text.ts');
    const { paintFor } = await import('./paint-for.ts');
    const lines = traceText(
      options.request.toUpperCase(),
      url.href,
      traced.steps,
      paintFor(process.stdout),
    );
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return traced.status;
}

/** Roles tell who answers names; where no playbook is named, the inventory alone will do. */
async function modelFor(playbooks: readonly string[], options: Options): Promise<SiteModel> {
  const { readHostsOnly, readSiteModel } = await import('./site-options.ts');
  if (playbooks.length > 0) return (await readSiteModel(playbooks, options)).model;
  const { RolecallError } = await import('../errors.ts');
  try {
    return (await readSiteModel([], options)).model;
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    return readHostsOnly(options);
  }
}

function urlFrom(text: string): URL {
  const url = URL.parse(/^\w+:\/\//.test(text) ? text : `http://${text}`);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It has the form http://name/path or https://name/path.');
  }
  return url;
}

function resolution(
  text: string,
  earlier: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [, name, address] = /^([^:]+):(?:\d+:)?\[?([^\]]+)\]?$/.exec(text) ?? [];
  if (name === undefined || address === undefined || isIP(address) === 0) {
    throw new InvalidArgumentError('It has the form name:address, the address an IP address.');
  }
  return new Map([...earlier, [name, address]]);
}

function nameServer(text: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|([^:]+)(?::\d+)?)$/.exec(text) ?? [];
  if (isIP(text) === 0 && isIP(bracketed ?? plain ?? '') === 0) {
    throw new InvalidArgumentError('It is an IP address, with :port if not 53.');
  }
  return text;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 600)) throw new InvalidArgumentError('It is a number up to 600.');
  return value;
}
