import type { Checked, Corrected, Finding, Fleet } from '../../drift/fleet.ts';
import type { DriftSettings } from '../../drift/settings.ts';
import type { Guard } from '../../engine/guard.ts';
import type { Reporter, RunEvent } from '../../events.ts';
import type { RunKind } from '../../history/facts.ts';
import { leftStates } from '../../history/read.ts';
import { execute } from '../execute.ts';
import { loadChecked } from '../load-checked.ts';
import type { LoadedRun } from '../load-run.ts';
import { readHistory } from '../open-history.ts';
import { inventoryName } from '../record-run.ts';
import type { RunCommandOptions } from '../run-options.ts';
import { stepKey } from '../step-keys.ts';
import { DriftCorrector } from './correct-drift.ts';
import { DriftFinder, type LeftAs } from './find-drift.ts';

/** The hosts of an inventory, over their connections. Sources are read anew for each look. */
export async function openFleet(
  settings: DriftSettings,
  warn: (message: string) => void,
): Promise<Fleet> {
  const options = optionsOf(settings);
  const run = async (
    guard: Guard & { report(event: RunEvent): void },
    kind: RunKind,
    signal: AbortSignal,
    loaded: LoadedRun,
  ): Promise<void> => {
    const check = kind === 'check';
    const given = following(guard, warn);
    await execute(loaded, { ...options, check }, { given, guard, kind, signal });
  };
  return {
    async check(signal): Promise<Checked> {
      const started = performance.now();
      const loaded = await loadChecked(settings.playbooks, options);
      const finder = new DriftFinder(leftOf(loaded));
      await run(finder, 'check', signal, loaded);
      const { findings, hosts, unreachable, failed } = finder;
      return { findings, hosts, unreachable, failed, durationMs: performance.now() - started };
    },
    async correct(findings: readonly Finding[], signal): Promise<Corrected> {
      const loaded = await loadChecked(settings.playbooks, options);
      const corrector = new DriftCorrector(findings);
      await run(corrector, 'correction', signal, loaded);
      return corrector.result;
    },
  };
}

function following(
  to: { report(event: RunEvent): void },
  warn: (message: string) => void,
): Reporter {
  return {
    report: (event) => {
      if (event.type === 'warning') warn(event.message);
      to.report(event);
    },
    finish: async () => {},
  };
}

/** What the record says of the hosts of an inventory; each host is asked for once. */
function leftOf({ inventory }: LoadedRun): LeftAs {
  const name = inventoryName(inventory.sources);
  const hosts = new Map<string, ReadonlyMap<string, string>>();
  const statesOf = (host: string) =>
    readHistory(undefined, (database) => leftStates(database, name, host)) ?? [];
  return (key) => {
    const host = key.slice(0, key.lastIndexOf(' '));
    let known = hosts.get(host);
    if (!known) {
      const well = statesOf(host).filter(({ status }) => status === 'ok' || status === 'changed');
      known = new Map(well.map((left) => [stepKey(host, left.key, left.ordinal), left.desired]));
      hosts.set(host, known);
    }
    return known.get(key);
  };
}

/** The options of a run that settings come to. */
function optionsOf({ inventory, run }: DriftSettings): RunCommandOptions {
  return {
    inventory,
    ...(run.limit !== undefined && { limit: run.limit }),
    tags: run.tags ?? [],
    skipTags: run.skipTags ?? [],
    forks: run.forks ?? 50,
    ...(run.user !== undefined && { user: run.user }),
    ...(run.privateKey !== undefined && { privateKey: run.privateKey }),
    become: run.become ?? false,
    becomeMethod: 'sudo',
    becomeUser: 'root',
    ...(run.becomePasswordFile !== undefined && { becomePasswordFile: run.becomePasswordFile }),
    vaultPasswordFile: run.vaultPasswordFiles ?? [],
    extraVars: run.extraVars ?? [],
    timeout: 10,
    hostKeyChecking: 'strict',
    verbose: 0,
  };
}
