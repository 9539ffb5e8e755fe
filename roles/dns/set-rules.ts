import type { RoleContext, RoleProblem } from 'rolecall';
import { absolute, seconds } from './names.ts';
import type { Params } from './params.ts';
import { nameServers, valuesOf } from './records.ts';

interface Entry {
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly ttl: number;
}

/** Records held against each other: aliases beside other data, the same twice, one set with two TTLs. */
export function setProblems(context: RoleContext<Params>): RoleProblem[] {
  const { records, zone, ttl } = context.params;
  const entries = records.flatMap((record, index) =>
    valuesOf(record, context).map(
      (value): Entry => ({
        index,
        name: absolute(record.name, zone),
        type: record.type,
        value,
        ttl: seconds(record.ttl ?? ttl),
      }),
    ),
  );
  return [...entries.flatMap((entry, at) => problemsWith(entry, entries.slice(0, at), context))];
}

function problemsWith(
  entry: Entry,
  before: readonly Entry[],
  context: RoleContext<Params>,
): RoleProblem[] {
  const { zone, records } = context.params;
  const path = ['records', entry.index];
  const given = records[entry.index]!.name;
  const same = before.filter((other) => other.name === entry.name);
  const servers = nameServers(context).map(({ name }) => name);
  if (entry.type === 'CNAME' && entry.name === `${zone}.`) {
    return [
      {
        path,
        message: 'the zone itself cannot be an alias: it has SOA and NS records',
        expected: 'A and AAAA records for @',
      },
    ];
  }
  if (servers.includes(entry.name)) {
    return [
      {
        path: [...path, 'name'],
        message: `'${given}' is a name server, whose address comes from nameservers or from the hosts with the role dns`,
        expected: 'another name',
      },
    ];
  }
  if (same.length > 0 && (entry.type === 'CNAME' || same.some(({ type }) => type === 'CNAME'))) {
    return [
      {
        path,
        message: `'${given}' is an alias and has other records`,
        expected: 'one CNAME alone',
      },
    ];
  }
  const set = same.filter(({ type }) => type === entry.type);
  if (set.some(({ value }) => value === entry.value)) {
    return [
      {
        path,
        message: `record '${given}' ${entry.type} ${entry.value} is given twice`,
        expected: 'each record once',
      },
    ];
  }
  const other = set.find((one) => one.ttl !== entry.ttl);
  if (!other) return [];
  return [
    {
      path: [...path, ...(records[entry.index]!.ttl === undefined ? [] : ['ttl'])],
      message: `the ${entry.type} records of '${given}' have a ttl of ${other.ttl} s and one of ${entry.ttl} s`,
      expected: 'one ttl for all records of a name and type',
    },
  ];
}
