import { nearestName, type RoleContext, type RoleProblem } from 'rolecall';
import { type DatabaseParams, memberNames } from './params.ts';
import { derivedServerId } from './server-id.ts';
import { settingRules } from './setting-rules.ts';
import { userRules } from './user-rules.ts';

type Context = RoleContext<DatabaseParams>;

/** Rules across the parameters of a member and across all members. */
export function databaseRules(context: Context): readonly RoleProblem[] {
  return [
    ...topologyRules(context),
    // whether a backup may be restored here, the host itself has to say
    ...('restore' in context.params ? [] : fleetRules(context)),
    ...replicationRules(context.params),
    ...settingRules(context.params),
    ...userRules(context.params),
  ];
}

/** R3 within one host's parameters. */
function topologyRules({ params, host, fleet }: Context): RoleProblem[] {
  const { primary, replicas } = params;
  const problems: RoleProblem[] = [];
  const known = fleet.hosts.map(({ name }) => name);
  const mustBeMember = (name: string, path: RoleProblem['path']) => {
    if (!known.includes(name)) {
      problems.push({
        path,
        message: `'${name}' is no host of the inventory`,
        nearest: nearestName(name, known),
      });
    } else if (!fleet.rolesOf(name).includes('database')) {
      problems.push({
        path,
        message: `'${name}' does not have the role database in this run`,
        expected: 'a play that gives it the role',
      });
    }
  };
  mustBeMember(primary, ['primary']);
  for (const [index, name] of replicas.entries()) {
    const path = ['replicas', index];
    mustBeMember(name, path);
    if (name === primary) {
      problems.push({
        path,
        message: `'${name}' is the primary and a replica: it would follow itself`,
        expected: 'hosts other than the primary',
      });
    } else if (replicas.indexOf(name) < index) {
      problems.push({ path, message: `'${name}' is twice among the replicas` });
    }
  }
  const members = memberNames(params);
  if (!members.includes(host.name)) {
    problems.push({
      path: ['replicas'],
      message: `the role runs on '${host.name}', which is neither the primary nor a replica`,
      expected: `one of ${members.join(', ')}, or '${host.name}' among the replicas`,
      nearest: nearestName(host.name, members),
    });
  }
  return problems;
}

/** R3 across hosts: everyone must mean the same fleet. */
function fleetRules({ params, host, fleet }: Context): RoleProblem[] {
  const problems: RoleProblem[] = [];
  const mine = memberNames(params);
  const all = fleet.members<DatabaseParams>('database');
  const others = all.filter(
    (other) => other.host.name !== host.name && isSameFleet(mine, host.name, other),
  );
  const ownId = params.serverId ?? derivedServerId(host.address);
  for (const other of others) {
    const { name } = other.host;
    if (other.params.primary !== params.primary) {
      problems.push({
        path: ['primary'],
        message: `two primaries: '${params.primary}' on ${host.name}, '${other.params.primary}' on ${name}`,
        expected: 'the same primary on all members',
        hint: 'Set database.primary in group_vars, once for all of them.',
      });
    } else if (memberNames(other.params).toSorted().join() !== mine.toSorted().join()) {
      problems.push({
        path: ['replicas'],
        message: `${host.name} and ${name} have different replicas: [${params.replicas.join(', ')}] and [${other.params.replicas.join(', ')}]`,
        expected: 'the same replicas on all members',
      });
    }
    if (other.params.engine !== params.engine) {
      problems.push({
        path: ['engine'],
        message: `${host.name} runs ${params.engine}, ${name} runs ${other.params.engine}`,
        expected: 'one engine on all members: they cannot replicate from each other',
      });
    }
    if ((other.params.serverId ?? derivedServerId(other.host.address)) === ownId) {
      problems.push({
        path: ['serverId'],
        message: `${host.name} and ${name} have the same server id ${ownId}`,
        expected: 'a number of its own for each member',
        hint: 'Leave serverId out: it is made of the address.',
      });
    }
  }
  return problems;
}

/** Whether two members mean to be of one fleet: one names the other, or they share a member. */
function isSameFleet(
  mine: readonly string[],
  name: string,
  other: { readonly host: { readonly name: string }; readonly params: DatabaseParams },
): boolean {
  const theirs = memberNames(other.params);
  return (
    mine.includes(other.host.name) ||
    theirs.includes(name) ||
    theirs.some((member) => mine.includes(member))
  );
}

/** R4, and what replication needs. */
function replicationRules(params: DatabaseParams): RoleProblem[] {
  const { engine, replicas, replication, semiSync, provision } = params;
  const problems: RoleProblem[] = [];
  if (engine === 'mariadb' && provision === 'clone') {
    problems.push({
      path: ['provision'],
      message: "provision is 'clone', which MariaDB does not have",
      expected: "'mariadb-backup' or 'dump'",
    });
  }
  if (engine === 'mysql' && provision === 'mariadb-backup') {
    problems.push({
      path: ['provision'],
      message: "provision is 'mariadb-backup', which copies MariaDB only",
      expected: "'clone' or 'dump'",
    });
  }
  if (replicas.length > 0 && !replication) {
    problems.push({
      path: ['replicas'],
      message: `there are replicas (${replicas.join(', ')}) and no 'replication' account`,
      expected: 'replication with a password',
    });
  }
  if (replication && engine === 'mysql' && !replication.tls && !replication.getSourcePublicKey) {
    problems.push({
      path: ['replication', 'tls'],
      message: 'replication has neither TLS nor getSourcePublicKey: replicas cannot log in',
      expected: 'tls: true, or getSourcePublicKey: true',
      hint: 'Without either it works only as long as the primary has the password cached.',
    });
  }
  if (replication?.tls && replication.getSourcePublicKey) {
    problems.push({
      path: ['replication', 'getSourcePublicKey'],
      message: 'getSourcePublicKey is for replication without TLS, and tls is true',
      expected: 'one of them',
    });
  }
  if (engine === 'mariadb' && replication?.getSourcePublicKey) {
    problems.push({
      path: ['replication', 'getSourcePublicKey'],
      message: 'MariaDB has no getSourcePublicKey',
      expected: 'tls: true, or neither',
    });
  }
  if (semiSync.enabled && semiSync.acks > replicas.length) {
    problems.push({
      path: ['semiSync', 'acks'],
      message: `semiSync waits for ${semiSync.acks} acknowledgements, and there are ${replicas.length} replicas`,
      expected: replicas.length > 0 ? `at most ${replicas.length}` : 'replicas, or enabled: false',
    });
  }
  if (semiSync.enabled && engine === 'mariadb' && semiSync.acks > 1) {
    problems.push({
      path: ['semiSync', 'acks'],
      message: `MariaDB waits for one acknowledgement, not for ${semiSync.acks}`,
      expected: '1',
    });
  }
  return problems;
}
