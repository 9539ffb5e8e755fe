import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConnectionDefaults } from '../engine/target.ts';
import { nearestName, RolecallError } from '../errors.ts';
import { splitWords } from '../shell/split-words.ts';
import { prompt } from './prompt.ts';

/** Connection and privilege options as parsed: defaults that keywords and variables win over. */
export interface ConnectionOptions {
  readonly user?: string;
  readonly privateKey?: string;
  readonly connection?: string;
  readonly timeout: number;
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
  readonly hostKeyChecking: ConnectionDefaults['hostKeyChecking'];
  readonly askPass?: boolean;
  readonly connectionPasswordFile?: string;
  readonly become?: boolean;
  readonly becomeMethod: string;
  readonly becomeUser: string;
  readonly askBecomePass?: boolean;
  readonly becomePasswordFile?: string;
}

export function addConnectionOptions(command: Command): Command {
  return command
    .optionsGroup('Connection:')
    .option('-u, --user <name>', 'log in as this user')
    .option('--private-key <file>', 'log in with this key (also --key-file)')
    .option('-k, --ask-pass', 'ask for the login password')
    .option('--connection-password-file <file>', 'file with the login password')
    .addOption(
      new Option(
        '-c, --connection <type>',
        'how hosts are reached: ssh, openssh or local (default: ssh)',
      ).argParser(connectionType),
    )
    .addOption(
      new Option('-T, --timeout <seconds>', 'give up connecting after so long')
        .default(10)
        .argParser(positiveInteger),
    )
    .option('--ssh-common-args <args>', 'arguments as for ssh, e.g. "-o ProxyJump=gate"')
    .option('--ssh-extra-args <args>', 'more of them')
    .addOption(
      new Option('--host-key-checking <how>', "what to do about hosts' keys")
        .choices(['strict', 'accept-new', 'off'])
        .default('strict'),
    )
    .optionsGroup('Privileges:')
    .option('-b, --become', 'become another user for tasks that do not say')
    .addOption(
      new Option('--become-method <method>', 'how').choices(['sudo', 'su', 'doas']).default('sudo'),
    )
    .option('--become-user <name>', 'whom', 'root')
    .option('-K, --ask-become-pass', 'ask for the password that becoming needs')
    .option('--become-password-file <file>', 'file with that password');
}

/** Asks for passwords where wanted; the rest is translation. */
export async function connectionDefaults(options: ConnectionOptions): Promise<ConnectionDefaults> {
  const password = await secret(options.askPass, options.connectionPasswordFile, 'SSH password: ');
  const become = await secret(
    options.askBecomePass,
    options.becomePasswordFile,
    password === undefined ? 'BECOME password: ' : 'BECOME password (empty: the SSH password): ',
  );
  const { connection } = options;
  return {
    ...(connection && { connection }),
    ...(options.user && { user: options.user }),
    ...(options.privateKey && { privateKeyFile: options.privateKey }),
    ...(password !== undefined && { password }),
    sshArgs: [
      ...wordsOf('--ssh-common-args', options.sshCommonArgs),
      ...wordsOf('--ssh-extra-args', options.sshExtraArgs),
    ],
    hostKeyChecking: options.hostKeyChecking,
    timeoutSeconds: options.timeout,
    become: options.become ?? false,
    becomeMethod: options.becomeMethod,
    becomeUser: options.becomeUser,
    ...(become !== undefined && { becomePassword: become === '' ? password : become }),
  };
}

function connectionType(text: string): string {
  const short = text.replace(/^ansible\.builtin\./, '');
  const types = ['ssh', 'openssh', 'local'];
  if ([...types, 'smart', 'paramiko', 'paramiko_ssh'].includes(short)) return short;
  const nearest = nearestName(short, types);
  throw new InvalidArgumentError(
    `Expected: ssh, openssh or local.${nearest ? ` Did you mean ${nearest}?` : ''}`,
  );
}

/** For options that take a whole number above 0. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new InvalidArgumentError('Expected: a whole number above 0.');
  return Number(text);
}

function wordsOf(option: string, text = ''): string[] {
  const words = splitWords(text);
  if (words) return words;
  throw new RolecallError({
    code: 'option-invalid',
    message: `${option} '${text}' has a quote that stays open`,
  });
}

async function secret(
  ask: boolean | undefined,
  file: string | undefined,
  question: string,
): Promise<string | undefined> {
  if (ask) return prompt(question, true);
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new RolecallError({
      code: 'file-unreadable',
      message: `the password file ${file} cannot be read: ${(error as Error).message}`,
    });
  }
}
