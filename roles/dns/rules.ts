import type { RoleContext, RoleProblem } from 'rolecall';
import { listProblems } from './address-rules.ts';
import type { Params } from './params.ts';
import { recordProblems } from './record-rules.ts';
import { nameServerProblems } from './server-rules.ts';
import { setProblems } from './set-rules.ts';

/** Everything that is wrong with parameters that each are well-formed. */
export function dnsProblems(context: RoleContext<Params>): RoleProblem[] {
  const alone = [
    ...context.params.records.flatMap((record, index) =>
      recordProblems(record, ['records', index], context),
    ),
    ...nameServerProblems(context),
    ...listProblems(context),
  ];
  return alone.length > 0 ? alone : setProblems(context);
}
