import type { Common, Condition, Templated } from '../playbook/play.ts';
import type { Mapping } from '../values.ts';

/**
 * What a task gets from the play, role and blocks around it: the nearest value of each keyword,
 * all conditions (outer first), all variables and environments (outer first).
 */
export interface Inherited {
  readonly when: readonly Condition[];
  /** Variables of the blocks around, outermost first. */
  readonly vars: readonly Mapping[];
  /** Parameters of the include around, outermost first. */
  readonly includeParams: readonly Mapping[];
  readonly environment: readonly Templated[];
  readonly moduleDefaults: readonly Mapping[];
  readonly notify: readonly Templated[];
  readonly keywords: Keywords;
  /** A rescue around takes care of failures: they are not fatal for the play. */
  readonly rescuable: boolean;
  /** Files and roles whose includes led here, outermost first. */
  readonly stack: readonly string[];
}

/** Keywords of which the innermost wins. */
export type Keywords = Partial<Pick<Common, (typeof nearestWins)[number]>>;

const nearestWins = [
  'become',
  'becomeUser',
  'becomeMethod',
  'becomeFlags',
  'becomeExe',
  'remoteUser',
  'connection',
  'port',
  'noLog',
  'checkMode',
  'diff',
  'ignoreErrors',
  'ignoreUnreachable',
  'anyErrorsFatal',
  'runOnce',
  'throttle',
  'timeout',
  'delegateTo',
  'delegateFacts',
] as const satisfies readonly (keyof Common)[];

export const nothingInherited: Inherited = {
  when: [],
  vars: [],
  includeParams: [],
  environment: [],
  moduleDefaults: [],
  notify: [],
  keywords: {},
  rescuable: false,
  stack: [],
};

/** What the children of a play have: its variables are a level of their own. */
export function inheritFromPlay(play: Common): Inherited {
  return { ...descend(nothingInherited, play), vars: [] };
}

/** What the children of a block (or the task itself) have; the same object each time it is asked for. */
export function descend(outer: Inherited, inner: Common, notify?: Templated): Inherited {
  if (notify !== undefined) return merged(outer, inner, notify);
  let inside = descended.get(outer);
  if (!inside) {
    inside = new WeakMap();
    descended.set(outer, inside);
  }
  let inherited = inside.get(inner);
  if (!inherited) {
    inherited = merged(outer, inner);
    inside.set(inner, inherited);
  }
  return inherited;
}

const descended = new WeakMap<Inherited, WeakMap<Common, Inherited>>();

function merged(outer: Inherited, inner: Common, notify?: Templated): Inherited {
  return {
    when: [...outer.when, ...inner.when],
    vars: inner.vars ? [...outer.vars, inner.vars] : outer.vars,
    includeParams: outer.includeParams,
    environment: [...outer.environment, ...inner.environment],
    moduleDefaults: [...outer.moduleDefaults, ...inner.moduleDefaults],
    notify: hasNotify(notify) ? [...outer.notify, notify] : outer.notify,
    keywords: { ...outer.keywords, ...given(inner) },
    rescuable: outer.rescuable,
    stack: outer.stack,
  };
}

/** What the tasks of an include have: its parameters on top. */
export function insideInclude(
  outer: Inherited,
  params: Mapping | undefined,
  stack: readonly string[],
): Inherited {
  const includeParams = params ? [...outer.includeParams, params] : outer.includeParams;
  return { ...outer, includeParams, stack };
}

function given(common: Common): Keywords {
  return Object.fromEntries(
    nearestWins.filter((key) => common[key] !== undefined).map((key) => [key, common[key]]),
  );
}

function hasNotify(notify: Templated | undefined): notify is Templated {
  return notify !== undefined && !(Array.isArray(notify) && notify.length === 0);
}
