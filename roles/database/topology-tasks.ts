import { expression, type RoleContext, type RoleNode } from 'rolecall';
import { type DatabaseParams, memberNames } from './params.ts';
import { databaseState, databaseTopology } from './topology-module.ts';

const registered = 'rolecall_database_state';

/**
 * Every member says what it is, then each compares all answers with what is declared. Both lists of a play
 * run in step: all have been asked before anybody judges.
 */
export function topologyTasks(
  { params, fleet }: RoleContext<DatabaseParams>,
  when: 'before anything changes' | 'before writes are opened',
): readonly RoleNode[] {
  const { engine, primary } = params;
  const names = memberNames(params);
  const members = names.map((name) => ({
    name,
    address: fleet.hosts.find((host) => host.name === name)?.address ?? name,
  }));
  return [
    databaseState(`Ask who takes writes, ${when}`, { engine }, { register: registered }),
    databaseTopology(`Compare the real topology with the declared one, ${when}`, {
      engine,
      primary,
      members,
      states: Object.fromEntries(names.map((name) => [name, stateOf(name)])),
    }),
  ];
}

/** What a member said last; nothing for one that was not asked in this run. */
export function stateOf(name: string) {
  const host = JSON.stringify(name);
  return expression(
    `((hostvars[${host}] | default({})).${registered} | default({})).member | default({})`,
  );
}
