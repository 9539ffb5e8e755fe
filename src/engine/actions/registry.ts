import type { EngineAction } from './action.ts';
import { assertAction } from './assert.ts';
import { debug } from './debug.ts';
import { fail } from './fail.ts';
import { addHost, groupBy } from './groups.ts';
import { includeVars } from './include-vars.ts';
import { includeRole, includeTasks, metaAction } from './includes.ts';
import { pause } from './pause.ts';
import { reboot, waitForConnection } from './reboot.ts';
import { setFact } from './set-fact.ts';
import { validateArgumentSpec } from './validate-argument-spec.ts';

const actions: ReadonlyMap<string, EngineAction> = new Map(
  [
    addHost,
    assertAction,
    debug,
    fail,
    groupBy,
    includeRole,
    includeTasks,
    includeVars,
    metaAction,
    pause,
    reboot,
    setFact,
    validateArgumentSpec,
    waitForConnection,
  ].map((action) => [action.name, action]),
);

/** The engine's own action of that short name; undefined for modules. */
export function engineAction(name: string): EngineAction | undefined {
  return actions.get(name);
}

/** All of them, for the reference and for lint. */
export function engineActions(): readonly EngineAction[] {
  return [...actions.values()];
}
