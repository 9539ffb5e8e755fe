import { Type } from 'typebox';
import { asFinal, type Mapping, Unknown, type Value } from '../../values.ts';
import { changed, ok, unknown } from '../outcome.ts';
import type { EngineAction } from './action.ts';

export const addHost: EngineAction = {
  name: 'add_host',
  summary: 'Adds a host to the inventory of this run, with variables.',
  args: Type.Object({
    name: Type.String({ description: 'Name of the host.' }),
    groups: Type.Optional(
      Type.Array(Type.String(), { description: 'Groups that it belongs to; made if need be.' }),
    ),
  }),
  aliases: { host: 'name', hostname: 'name', group: 'groups', groupname: 'groups' },
  freeForm: undefined,
  open: true,
  once: true,
  examples: ['- add_host:\n    name: web3\n    groups: web\n    ansible_host: 10.0.0.13'],
  returns: { add_host: 'The host with its groups and variables.' },
  run({ args, values, context }) {
    const name = String(args.name);
    const vars: Mapping = new Map(values);
    for (const key of ['name', 'host', 'hostname', 'groups', 'group', 'groupname'])
      vars.delete(key);
    const groups = (args.groups as string[] | undefined) ?? [];
    const isNew = context.inventory.addHost(name, { groups, vars: asFinal(vars) as Mapping });
    const result: Mapping = new Map<Value, Value>([
      [
        'add_host',
        new Map<Value, Value>([
          ['host_name', name],
          ['groups', groups],
          ['host_vars', vars],
        ]),
      ],
    ]);
    return isNew
      ? changed(`added host ${name}`, result)
      : ok(`host ${name} is there already`, result);
  },
};

export const groupBy: EngineAction = {
  name: 'group_by',
  summary: 'Puts a host into a group whose name comes from variables.',
  args: Type.Object({
    key: Type.Unknown({ description: 'Name of the group.' }),
    parents: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Groups that the group belongs to.',
        default: ['all'],
      }),
    ),
  }),
  aliases: {},
  freeForm: undefined,
  examples: ["- group_by:\n    key: 'os_{{ ansible_distribution | lower }}'"],
  returns: { add_group: 'Name of the group.' },
  run({ values, args, host, context }) {
    const key = values.get('key');
    if (key instanceof Unknown) return unknown(key.reason);
    const group = String(key).replaceAll(' ', '-');
    for (const parent of args.parents as string[]) context.inventory.addGroup(group, { parent });
    const isNew = context.inventory.addHost(host.name, { groups: [group] });
    const result: Mapping = new Map<Value, Value>([['add_group', group]]);
    return isNew
      ? changed(`now in group ${group}`, result)
      : ok(`in group ${group} already`, result);
  },
};
