import { type Command, Option } from 'commander';
import {
  addConnectionOptions,
  type ConnectionOptions,
  positiveInteger,
} from './connection-options.ts';
import { addHistoryOptions, type HistoryOptions } from './history-options.ts';
import {
  addInventoryOption,
  addVariableOptions,
  type InventoryOptions,
} from './inventory-options.ts';
import { collectList } from './new-command.ts';
import { addOutputOptions, type OutputOptions } from './output-options.ts';

/** The options of `run` as parsed. */
export interface RunCommandOptions
  extends InventoryOptions,
    ConnectionOptions,
    OutputOptions,
    HistoryOptions {
  readonly limit?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtTask?: string;
  readonly check?: boolean;
  readonly forks: number;
  readonly forceHandlers?: boolean;
  readonly flushCache?: boolean;
  readonly detailedExitcode?: boolean;
  readonly listHosts?: boolean;
  readonly listTasks?: boolean;
  readonly listTags?: boolean;
  readonly syntaxCheck?: boolean;
  readonly step?: boolean;
  readonly resume?: boolean;
}

/** Ansible's options with Ansible's spellings, and the few of our own. */
export function addRunOptions(command: Command): Command {
  addSelectionOptions(command)
    .optionsGroup('How:')
    .option('-C, --check', 'dry run: find out what would change, change nothing');
  addPaceOptions(command)
    .option('--flush-cache', 'accepted; facts are never taken from a cache')
    .option('--detailed-exitcode', 'exit with 3 when something changed or would')
    .optionsGroup('Instead of running:')
    .option('--list-hosts', 'list the hosts of each play')
    .option('--list-tasks', 'list the tasks with their tags')
    .option('--list-tags', 'list the tags')
    .option('--syntax-check', 'only read the playbooks')
    .addOption(new Option('--step').hideHelp())
    .addOption(new Option('--resume').hideHelp());
  return addHostOptions(command);
}

/** Variables, connection, record and output: for all that works on hosts. `outputFlag` as for output options. */
export function addHostOptions(command: Command, outputFlag?: string): Command {
  addVariableOptions(command);
  addConnectionOptions(command);
  addHistoryOptions(command);
  return addOutputOptions(command, outputFlag);
}

/** Which hosts and which tasks. */
export function addSelectionOptions(command: Command): Command {
  command.optionsGroup('Where and what:');
  addInventoryOption(command)
    .option('-l, --limit <pattern>', 'only these hosts: names, groups, patterns, @file')
    .addOption(
      new Option('-t, --tags <tags>', 'only what has one of these tags; repeatable').argParser(
        collectList,
      ),
    )
    .addOption(
      new Option('--skip-tags <tags>', 'nothing that has one of these; repeatable').argParser(
        collectList,
      ),
    )
    .option('--start-at-task <name>', 'begin at the first task of that name (wildcards: *)');
  return command;
}

/** How hosts are worked on. */
export function addPaceOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-f, --forks <number>', 'hosts worked on at the same time')
        .default(50)
        .argParser(positiveInteger),
    )
    .option('--force-handlers', 'run notified handlers on failed hosts too');
}
