import { nearestName, type RoleContext, type RoleProblem } from 'rolecall';
import { absolute, isWithin } from './names.ts';
import type { Params, ZoneRecord } from './params.ts';
import { addressOf, addressType, hostsOf } from './records.ts';

type Path = readonly (string | number)[];

/** A record by itself: where its value comes from, and whether it fits its type. */
export function recordProblems(
  record: ZoneRecord,
  path: Path,
  context: RoleContext<Params>,
): RoleProblem[] {
  const given = (['value', 'role', 'group'] as const).filter((key) => record[key] !== undefined);
  if (given.length !== 1) {
    return [
      {
        path,
        message: `record '${record.name}' has ${given.length === 0 ? 'no value' : `a ${given.join(' and a ')}`}`,
        expected: 'one of value, role and group',
      },
    ];
  }
  return [
    ...nameProblems(record.name, [...path, 'name'], context.params.zone),
    ...(record.value === undefined
      ? derivedProblems(record, path, context)
      : valueProblems(record, record.value, [...path, 'value'], context)),
  ];
}

function nameProblems(name: string, path: Path, zone: string): RoleProblem[] {
  if (name === zone || name.endsWith(`.${zone}`)) {
    const inside = name === zone ? '@' : name.slice(0, -zone.length - 1);
    return [
      {
        path,
        message: `'${name}' would be ${name}.${zone}`,
        expected: 'a name within the zone',
        nearest: inside,
      },
    ];
  }
  const full = absolute(name, zone);
  if (full.length <= 254 && full.split('.').every((label) => label.length <= 63)) return [];
  return [
    {
      path,
      message: `'${name}' is too long`,
      expected: 'parts of at most 63 characters, 253 in all',
    },
  ];
}

function derivedProblems(
  record: ZoneRecord,
  path: Path,
  context: RoleContext<Params>,
): RoleProblem[] {
  const { type, role, group, name } = record;
  const key = role === undefined ? 'group' : 'role';
  const asked = role ?? group ?? '';
  const at = [...path, key];
  if (type !== 'A' && type !== 'AAAA') {
    return [
      {
        path: [...path, 'type'],
        message: `record '${name}' of type ${type} cannot be made of the addresses of hosts`,
        expected: 'A or AAAA, or a value',
      },
    ];
  }
  const hosts = hostsOf(record, context);
  if (hosts.length === 0) {
    const { fleet, groups } = context;
    const names =
      key === 'group'
        ? Object.keys(groups)
        : [...new Set(fleet.hosts.flatMap((host) => fleet.rolesOf(host.name)))];
    const isEmpty = key === 'group' && groups[asked] !== undefined;
    return [
      {
        path: at,
        message:
          key === 'role'
            ? `no host has the role '${asked}'`
            : isEmpty
              ? `group '${asked}' has no hosts`
              : `there is no group '${asked}'`,
        expected: `a ${key} of at least one host`,
        nearest: isEmpty ? undefined : nearestName(asked, names),
      },
    ];
  }
  return hosts
    .filter((host) => addressType(host.address) !== type)
    .map((host) => ({
      path: at,
      message: `host '${host.name}' has the address '${host.address}', which no ${type} record can hold`,
      expected: type === 'A' ? 'an IPv4 address' : 'an IPv6 address',
    }));
}

function valueProblems(
  { name, type }: ZoneRecord,
  value: string,
  path: Path,
  context: RoleContext<Params>,
): RoleProblem[] {
  switch (type) {
    case 'A':
    case 'AAAA':
      return addressProblems(type, value, path, context);
    case 'CNAME':
      return targetProblems(value, path, context.params, name);
    case 'MX': {
      const parts = /^(\d{1,5}) (\S+)$/.exec(value);
      if (parts && Number(parts[1]) <= 65_535) {
        return targetProblems(parts[2]!, path, context.params, undefined);
      }
      return [
        {
          path,
          message: `'${value}' is no MX value`,
          expected: "a preference and a name: '10 mail'",
        },
      ];
    }
    case 'TXT':
      return [];
  }
}

function addressProblems(
  type: 'A' | 'AAAA',
  value: string,
  path: Path,
  context: RoleContext<Params>,
): RoleProblem[] {
  const address = addressOf(value, context);
  if (addressType(address) === type) return [];
  const hosts = context.fleet.hosts.map((host) => host.name);
  return [
    {
      path,
      message:
        address === value
          ? `'${value}' is no ${type === 'A' ? 'IPv4' : 'IPv6'} address and no host`
          : `host '${value}' has the address '${address}', which no ${type} record can hold`,
      expected: `an ${type === 'A' ? 'IPv4' : 'IPv6'} address, or a host of the inventory that has one`,
      nearest: address === value && !addressType(value) ? nearestName(value, hosts) : undefined,
    },
  ];
}

/** A name within the zone that nothing defines would lead nowhere. */
function targetProblems(
  value: string,
  path: Path,
  { zone, records, nameservers }: Params,
  owner: string | undefined,
): RoleProblem[] {
  const target = absolute(value, zone);
  if (!/^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/.test(target)) {
    return [
      {
        path,
        message: `'${value}' is no name`,
        expected: 'a name, with a dot at the end if it is outside of the zone',
      },
    ];
  }
  if (owner !== undefined && target === absolute(owner, zone)) {
    return [{ path, message: `'${owner}' is an alias of itself`, expected: 'another name' }];
  }
  if (!isWithin(target, zone)) return [];
  const names = [
    ...records.map(({ name }) => absolute(name, zone)),
    ...(nameservers ?? []).map(({ name }) => absolute(name, zone)),
  ];
  const wildcards = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  if (names.includes(target) || wildcards.some((suffix) => target.endsWith(suffix))) return [];
  if (nameservers === undefined && /^ns\d+\./.test(target)) return [];
  const nearest = nearestName(
    value,
    records.map(({ name }) => name),
  );
  return [
    {
      path,
      message: `'${target}' is within the zone and has no record`,
      expected: 'a name of the zone, or one outside with a dot at the end',
      nearest,
    },
  ];
}
