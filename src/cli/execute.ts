import { hostname, userInfo } from 'node:os';
import { connectTo } from '../connection/connect.ts';
import { createRun } from '../engine/create-run.ts';
import { runPlaybooks } from '../engine/run.ts';
import type { Reporter } from '../events.ts';
import type { Module } from '../modules/contract.ts';
import { moduleLoaders } from '../modules/registry.ts';
import { collectors } from '../observe/collectors.ts';
import { Redactor } from '../shell/redact.ts';
import { type ConnectionOptions, connectionDefaults } from './connection-options.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { LoadedRun } from './load-run.ts';
import { lookupsFor } from './lookups.ts';
import { makeReporter, type OutputOptions } from './output-options.ts';
import { prompt } from './prompt.ts';

/** The options that `run` and `exec` share. */
export interface ExecuteOptions extends ConnectionOptions, OutputOptions {
  readonly check?: boolean;
  readonly forks: number;
  readonly limit?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtTask?: string;
  readonly forceHandlers?: boolean;
  readonly detailedExitcode?: boolean;
}

/** Runs what was loaded and gives the exit status. */
export async function execute(
  loaded: LoadedRun,
  options: ExecuteOptions,
  reporter?: Reporter,
): Promise<number> {
  const redactor = new Redactor();
  const connection = await connectionDefaults(options);
  for (const secret of [connection.password, connection.becomePassword]) {
    if (secret) redactor.add(secret);
  }
  const shown = reporter ?? (await makeReporter(options));
  const interruption = listenForInterrupt((text) =>
    shown.report({ type: 'warning', message: text }),
  );
  const run = createRun({
    inventory: loaded.inventory,
    playbooks: loaded.context,
    decrypt: (text, at) => loaded.vault.decrypt(text, at),
    lookups: lookupsFor(loaded),
    options: {
      checkMode: options.check ?? false,
      diff: options.diff ?? false,
      forks: options.forks,
      tags: options.tags ?? [],
      skipTags: options.skipTags ?? [],
      startAtTask: options.startAtTask,
      limit: options.limit,
      extraVars: loaded.extraVars,
      verbosity: options.verbose,
      forceHandlers: options.forceHandlers ?? false,
      connection,
      signal: interruption.signal,
      holder: `${userInfo().username}@${hostname()}, process ${process.pid}, since ${new Date().toISOString()}`,
    },
    services: {
      connect: connectTo,
      collectors: new Map(collectors.map((collector) => [collector.kind, collector])),
      ...modulesOnDemand(),
      report: (event) => shown.report(event),
      redactor,
      prompt,
    },
  });
  try {
    const summary = await runPlaybooks(loaded.playbooks, run);
    if (summary.exitStatus === 0 && options.detailedExitcode && summary.changed) return 3;
    return summary.exitStatus;
  } finally {
    await shown.finish();
    interruption.release();
  }
}

function modulesOnDemand() {
  const loaded = new Map<string, Module>();
  return {
    loadedModule: (name: string) => loaded.get(name),
    loadModule: async (name: string) => {
      const known = loaded.get(name);
      if (known) return known;
      const module = await moduleLoaders[name]?.();
      if (module) loaded.set(name, module);
      return module;
    },
  };
}
