import { createRun, type RunSetup } from '../engine/create-run.ts';
import { fleetProblems } from '../engine/roles/check-fleet.ts';
import type { RoleFleet } from '../engine/roles/fleet.ts';
import { readFleet } from '../engine/roles/read-fleet.ts';
import type { Run } from '../engine/run-state.ts';
import { type Problem, RolecallError } from '../errors.ts';
import { collectors } from '../observe/collectors.ts';
import { loadRole } from '../roles/load.ts';
import { Redactor } from '../shell/redact.ts';
import { noTimer } from '../timings/timer.ts';
import type { LoadedRun } from './load-run.ts';
import { lookupsFor } from './lookups.ts';
import { loadedModule, loadModule } from './modules.ts';

export interface Site {
  readonly fleet: RoleFleet;
  /** Wrong parameters, broken rules; then the fleet is not whole. */
  readonly problems: readonly Problem[];
}

/**
 * Who has which typed role with what parameters, from inventory and playbooks alone. Runs nothing and
 * makes nothing: a password that does not exist yet is some text.
 */
export async function readSite(loaded: LoadedRun): Promise<Site> {
  const plays = loaded.playbooks.flatMap((playbook) => playbook.plays);
  const run = runAtRest(loaded);
  run.variables.readFiles(plays.map(({ folder }) => folder));
  const site = loaded.site.flatMap((playbook) => playbook.plays);
  const { fleet, problems } = await readFleet(plays, run, site);
  return { fleet, problems: problems.length > 0 ? problems : fleetProblems(fleet) };
}

/** A run that never begins: its variables are there, no host is. */
export function runAtRest(loaded: LoadedRun): Run {
  return createRun(setupOf(loaded));
}

function setupOf(loaded: LoadedRun): RunSetup {
  return {
    inventory: loaded.inventory,
    options: {
      checkMode: true,
      diff: false,
      forks: 1,
      tags: [],
      skipTags: [],
      extraVars: loaded.extraVars,
      verbosity: 0,
      forceHandlers: false,
      holder: '',
      signal: new AbortController().signal,
      connection: {
        sshArgs: [],
        hostKeyChecking: 'strict',
        timeoutSeconds: 10,
        become: false,
        becomeMethod: 'sudo',
        becomeUser: 'root',
      },
    },
    services: {
      connect: () => Promise.reject(unasked('connect')),
      collectors: new Map(collectors.map((collector) => [collector.kind, collector])),
      loadModule,
      loadedModule,
      loadRole,
      report: () => {},
      timer: noTimer,
      redactor: new Redactor(),
      prompt: () => Promise.reject(unasked('ask')),
    },
    playbooks: loaded.context,
    decrypt: loaded.vault.decrypt.bind(loaded.vault),
    lookups: stillLookups(loaded),
  };
}

/** Lookups without effect: what only a run may fetch or make is a placeholder. */
function stillLookups(loaded: LoadedRun): RunSetup['lookups'] {
  const real = lookupsFor(loaded);
  return (place, scope) => {
    const lookup = real(place, scope, true)!;
    return (name, terms, options) => {
      if (!withEffects.has(name)) return lookup(name, terms, options);
      try {
        return lookup(name, terms, options);
      } catch {
        return terms.map(() => 'not known before a run');
      }
    };
  };
}

const withEffects: ReadonlySet<string> = new Set(['password', 'pipe', 'url', 'env', 'lines']);

function unasked(what: string): RolecallError {
  return new RolecallError({ code: 'internal', message: `nothing is to ${what} here` });
}
