import type { Become } from '../connection/connection.ts';
import type { SourcePosition } from '../errors.ts';
import type { HostSession } from './host-session.ts';
import type { Inherited } from './inherit.ts';
import type { Run } from './run-state.ts';
import { becomeOf, type ReadVariable } from './target.ts';
import { reachKeywords } from './task-keywords.ts';
import type { TaskScope } from './task-scope.ts';

/** Where and as whom a task runs. */
export interface Reach {
  readonly session: HostSession;
  readonly become: Become | undefined;
}

/**
 * How to get to a host for a task: its keywords evaluated where the task stands, variables read of the
 * host that is reached, so that no host gets the password of another.
 */
export function reachOf(
  name: string,
  { keywords }: Inherited,
  at: SourcePosition,
  scope: TaskScope,
  ofHost: TaskScope,
  run: Run,
): Reach {
  const own = reachKeywords(keywords, scope, at);
  let key = `reach ${name}`;
  for (const [keyword, value] of Object.entries(own)) key += ` ${keyword}=${String(value)}`;
  return ofHost.keep(key, (variables) => {
    const read: ReadVariable = (variable) => variables.get(variable) ?? undefined;
    const become = becomeOf(name, read, own, run.context.options.connection);
    if (become?.password) run.context.services.redactor.add(become.password);
    return { session: run.session(name, own, read), become };
  });
}
