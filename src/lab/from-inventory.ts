import { type Problem, RolecallError } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import type { Lab, LabHost, LabUser } from './contract.ts';
import { defaultKeyFile } from './paths.ts';
import { gatewayOf, ipv4Number, isSubnet, subnetAround, subnetContains } from './subnet.ts';

/** What a lab needs to know of an inventory's host; the variables are merged and evaluated. */
export interface InventoryHost {
  readonly name: string;
  readonly groups: readonly string[];
  readonly vars: ReadonlyMap<string, Value>;
}

/**
 * The lab that an inventory describes: `ansible_host` is the address, `ansible_user` who logs in,
 * `ansible_ssh_private_key_file` with what key; `lab_suite`, `lab_packages`, `lab_users` and
 * `lab_subnet` say how a host is made. Throws `lab-invalid` with every problem found.
 *
 * @example labFromInventory({ name: 'demo', hosts: [{ name: 'web1', groups: ['web'],
 *   vars: new Map([['ansible_host', '10.77.0.11']]) }] })
 */
export function labFromInventory(description: {
  readonly name: string;
  readonly hosts: readonly InventoryHost[];
}): Lab {
  const { name } = description;
  const problems: Problem[] = [];
  const wrong = (message: string, host?: string, expected?: string): void => {
    problems.push({ code: 'lab-invalid', message, host, expected });
  };
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    wrong(`'${name}' cannot be the name of a lab`, undefined, 'at most 20 of a-z, 0-9 and dashes');
  }
  const hosts = description.hosts.map((host) => labHost(name, host, wrong));
  const subnet = subnetOf(description.hosts, hosts, wrong);
  const seen = new Map<string, string>();
  for (const host of hosts) {
    if (ipv4Number(host.address) === undefined) continue;
    const other = seen.get(host.address);
    if (other) wrong(`${host.name} and ${other} have the same address ${host.address}`, host.name);
    seen.set(host.address, host.name);
    if (subnet && !subnetContains(subnet, host.address)) {
      wrong(`${host.address} is not in the lab's subnet ${subnet}`, host.name);
    } else if (subnet && host.address === gatewayOf(subnet)) {
      wrong(`${host.address} is the address of the machine itself in ${subnet}`, host.name);
    }
  }
  if (hosts.length === 0) wrong(`lab '${name}' has no hosts`);
  if (problems.length > 0) throw new RolecallError(problems);
  return { name, subnet, hosts };
}

type Wrong = (message: string, host?: string, expected?: string) => void;

function labHost(lab: string, { name, groups, vars }: InventoryHost, wrong: Wrong): LabHost {
  const text = (key: string, fallback: string): string => {
    const value = vars.get(key);
    if (value === undefined || value === null) return fallback;
    if (typeof value === 'string' && value !== '') return value;
    wrong(`${key} of ${name} is ${shown(value)}`, name, 'a string');
    return fallback;
  };
  const address = text('ansible_host', '');
  if (ipv4Number(address) === undefined) {
    wrong(`ansible_host of ${name} is ${shown(address || null)}`, name, 'an IPv4 address');
  }
  const suite = text('lab_suite', 'trixie');
  if (!/^[a-z][a-z0-9.-]*$/.test(suite)) {
    wrong(`lab_suite of ${name} is ${shown(suite)}`, name, 'the name of a Debian suite');
  }
  const user = text('ansible_user', 'root');
  const users = labUsers(name, vars.get('lab_users'), wrong);
  const packages = list(vars.get('lab_packages'));
  if (!packages?.every((item) => typeof item === 'string' && /^[a-z0-9][a-z0-9+.-]*$/.test(item))) {
    wrong(
      `lab_packages of ${name} is ${shown(vars.get('lab_packages')!)}`,
      name,
      'a list of Debian package names',
    );
  }
  const missing = user !== 'root' && !users.some((other) => other.name === user);
  return {
    name,
    groups: [...groups],
    address,
    user,
    suite,
    packages: (packages ?? []).map(String),
    users: missing ? [...users, { name: user, sudo: 'nopasswd' }] : users,
    keyFile: text('ansible_ssh_private_key_file', defaultKeyFile(lab)),
  };
}

const defaultUsers: readonly LabUser[] = [{ name: 'deploy', sudo: 'nopasswd' }];
const userKeys = ['name', 'sudo', 'password', 'shell'];
const sudoKinds = ['nopasswd', 'password', 'none'];

function labUsers(host: string, value: Value | undefined, wrong: Wrong): LabUser[] {
  if (value === undefined || value === null) return [...defaultUsers];
  const items = list(value);
  if (!items) wrong(`lab_users of ${host} is ${shown(value)}`, host, 'a list');
  return (items ?? []).flatMap((item) => {
    const entry: Mapping = item instanceof Map ? item : new Map([['name', item]]);
    const [name, sudo, password, shell] = userKeys.map((key) => entry.get(key) ?? undefined);
    const unknown = [...entry.keys()].find((key) => !userKeys.includes(String(key)));
    const before = 'a user in lab_users';
    if (unknown !== undefined) {
      wrong(`${before} has the key '${String(unknown)}'`, host, userKeys.join(', '));
    }
    if (typeof name !== 'string' || !/^[a-z_][a-z0-9_-]{0,31}$/.test(name) || name === 'root') {
      wrong(`${before} has the name ${shown(name ?? null)}`, host, 'a Unix user name, not root');
      return [];
    }
    if (sudo !== undefined && !sudoKinds.includes(String(sudo))) {
      wrong(`sudo of user ${name} is ${shown(sudo)}`, host, sudoKinds.join(', '));
    }
    if (sudo === 'password' && password === undefined) {
      wrong(`user ${name} has sudo with a password but no password`, host);
    }
    return [
      {
        name,
        sudo: (sudo ?? 'nopasswd') as LabUser['sudo'],
        ...(password === undefined ? {} : { password: String(password) }),
        ...(shell === undefined ? {} : { shell: String(shell) }),
      },
    ];
  });
}

function subnetOf(
  described: readonly InventoryHost[],
  hosts: readonly LabHost[],
  wrong: Wrong,
): string {
  const given = new Set(
    described.map((host) => host.vars.get('lab_subnet')).filter((v) => v !== undefined),
  );
  if (given.size > 1) {
    wrong(`lab_subnet differs between hosts: ${[...given].map(shown).join(', ')}`);
  }
  const [subnet] = given;
  if (subnet === undefined) {
    const first = hosts.find((host) => ipv4Number(host.address) !== undefined);
    return first ? subnetAround(first.address) : '';
  }
  if (typeof subnet === 'string' && isSubnet(subnet)) return subnet;
  wrong(`lab_subnet is ${shown(subnet)}`, undefined, 'a network such as 10.77.0.0/24');
  return '';
}

function list(value: Value | undefined): Value[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : undefined;
}

function shown(value: Value): string {
  if (value === null) return 'not set';
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return value instanceof Map ? 'a mapping' : String(value);
}
