import { Type } from 'typebox';
import { getent as getentState } from '../observe/getent.ts';
import type { Plain } from '../values.ts';
import { defineModule } from './contract.ts';

export const getent = defineModule({
  name: 'getent',
  summary: "Looks a name up in the host's databases (passwd, group, hosts, services …).",
  args: Type.Object({
    database: Type.String({ description: '`passwd`, `group`, `hosts`, `services` …' }),
    key: Type.Optional(Type.String({ description: 'The name; all when left out.', default: '' })),
    service: Type.Optional(
      Type.String({ description: 'The source to ask, instead of nsswitch.conf.' }),
    ),
    split: Type.Optional(
      Type.String({ description: 'What separates the fields; `:` for the usual files.' }),
    ),
    fail_key: Type.Optional(
      Type.Boolean({ description: 'Fail when there is no such name.', default: true }),
    ),
  }),
  examples: ['- name: Who is root\n  getent:\n    database: passwd\n    key: root'],
  returns: {
    ansible_facts: '`getent_DATABASE`: the fields for each name, null for a name not found.',
  },
  check: (args) =>
    /^[\w-]+$/.test(args.database) ? [] : [`'${args.database}' cannot be the name of a database`],
  observe: (args) => ({ found: getentState(args.database, args.key ?? '', args.service ?? '') }),
  decide(args, { found }) {
    const name = `getent_${args.database}`;
    const key = args.key ?? '';
    if (found.status === 127) return { kind: 'failed', message: 'getent is not on this host' };
    if (found.status === 1) {
      return { kind: 'failed', message: `there is no database '${args.database}' on this host` };
    }
    if (found.status === 3) {
      return {
        kind: 'failed',
        message: `the database ${args.database} cannot be listed; give a key`,
      };
    }
    if (found.status === 2) {
      if (args.fail_key ?? true) {
        return { kind: 'failed', message: `${args.database} has no '${key}'` };
      }
      const none: { [name: string]: Plain } = Object.create(null);
      none[key] = null;
      return {
        kind: 'unchanged',
        reason: `${args.database} has no '${key}'`,
        result: { ansible_facts: { [name]: none } },
      };
    }
    const separator = args.split ?? (colons.includes(args.database) ? ':' : undefined);
    const rows: { [name: string]: Plain } = Object.create(null);
    for (const line of found.lines) {
      const [first, ...fields] = separator ? line.split(separator) : line.trim().split(/\s+/);
      if (first) rows[first] = fields;
    }
    return {
      kind: 'unchanged',
      reason: `${args.database} has ${key === '' ? `${found.lines.length} entries` : `'${key}'`}`,
      result: { ansible_facts: { [name]: rows } },
    };
  },
});

const colons: readonly string[] = ['passwd', 'shadow', 'group', 'gshadow'];
