import { describe, expect, test } from 'vitest';
import type { MemberState, ServerState } from '../../../roles/database/server-state.ts';
import { type Fleet, topologyConflict } from '../../../roles/database/topology.ts';

const members = [
  { name: 'db1', address: '10.0.0.1' },
  { name: 'db2', address: '10.0.0.2' },
  { name: 'db3', address: '10.0.0.3' },
];

const closed = { writable: false, sealed: true };
const open = { writable: true, sealed: false };

function server(id: string, more: Partial<ServerState>): MemberState {
  return {
    state: 'up',
    server: { id, ...closed, gtid: '', known: '', schemas: [], ...more },
  };
}

const data = (gtid: string) => ({ gtid, known: gtid, schemas: ['shop'] });
const follows = (address: string, id = '') => ({
  source: { address, port: 3306, id, io: 'Yes', sql: 'Yes', error: '' },
});
const primary = server('u1', { ...data('u1:1-9'), ...open });
const replica = (id: string) => server(id, { ...data('u1:1-9'), ...follows('10.0.0.1', 'u1') });
const fresh = (id: string) => server(id, open);
const absent: MemberState = { state: 'absent' };
const down: MemberState = { state: 'down' };

function conflict(states: Fleet['states'], declared = 'db1') {
  return topologyConflict({ engine: 'mysql', primary: declared, members, states });
}

describe('nothing speaks against the declared primary', () => {
  test.each<[string, Fleet['states']]>([
    ['virgin hosts', { db1: absent, db2: absent, db3: absent }],
    ['servers that were just installed', { db1: fresh('u1'), db2: fresh('u2'), db3: absent }],
    ['the fleet as declared', { db1: primary, db2: replica('u2'), db3: replica('u3') }],
    ['a new replica', { db1: primary, db2: replica('u2'), db3: fresh('u3') }],
    [
      'after a boot: nobody takes writes yet',
      { db1: server('u1', data('u1:1-9')), db2: replica('u2'), db3: replica('u3') },
    ],
    ['servers that do not run', { db1: down, db2: down, db3: down }],
    ['a replica only (--limit)', { db2: replica('u2') }],
    ['a primary only (--limit)', { db1: primary }],
    [
      'a replica that is a moment ahead of what the primary said',
      { db1: primary, db2: server('u2', { ...data('u1:1-11'), ...follows('10.0.0.1', 'u1') }) },
    ],
    [
      'the primary has another address than it had',
      { db1: primary, db2: server('u2', { ...data('u1:1-9'), ...follows('10.9.9.9', 'u1') }) },
    ],
    [
      'a replica that somebody opened for writes',
      {
        db1: primary,
        db2: server('u2', { ...data('u1:1-9'), ...follows('10.0.0.1', 'u1'), ...open }),
      },
    ],
    ['an old primary that is to be a replica', { db1: primary, db2: server('u2', data('u1:1-8')) }],
  ])('%s', (_, states) => {
    expect(conflict(states)).toBeUndefined();
  });
});

describe('refused', () => {
  test.each<[string, Fleet['states'], string, string]>([
    [
      'the declared primary is a replica',
      { db1: server('u1', { ...data('u2:1'), ...follows('10.0.0.2') }), db2: down },
      'the inventory says that db1 is the primary, but it is a replica of db2',
      'set database_primary: db2',
    ],
    [
      'it follows somebody else',
      { db1: server('u1', { ...data('u2:1'), ...follows('10.9.9.9') }) },
      'the inventory says that db1 is the primary, but it is a replica of 10.9.9.9',
      'no member of this fleet',
    ],
    [
      'a replica was promoted, the old primary is away',
      { db2: server('u2', { ...data('u1:1-9,u2:1'), ...open }) },
      'the inventory says that db1 is the primary, but db2 takes writes (databases: shop)',
      'set database_primary: db2',
    ],
    [
      'both take writes',
      { db1: primary, db2: server('u2', { ...data('u1:1-9,u2:1'), ...open }) },
      'the inventory says that db1 is the primary, but db2 takes writes (databases: shop)',
      'candidate=db1',
    ],
    [
      'a replica that was promoted by hand: it still has a source, and does not ask it',
      {
        db1: primary,
        db2: server('u2', {
          ...{ ...data('u1:1-9,u2:1'), ...open },
          source: { ...follows('10.0.0.1', 'u1').source, io: 'No' },
        }),
      },
      'the inventory says that db1 is the primary, but db2 takes writes (databases: shop)',
      'set database_primary: db2',
    ],
    [
      'a replica takes writes, and the primary does not',
      {
        db1: server('u1', data('u1:1-9')),
        db2: server('u2', { ...data('u1:1-9'), ...follows('10.0.0.1', 'u1'), ...open }),
      },
      'the inventory says that db1 is the primary, but db2 takes writes (databases: shop)',
      'set database_primary: db2',
    ],
    [
      'a replica follows another one',
      { db1: primary, db3: server('u3', { ...data('u1:1-9'), ...follows('10.0.0.2', 'u2') }) },
      'the inventory says that db1 is the primary, but db3 follows db2',
      'set database_primary: db2',
    ],
    [
      'the old primary came back, read-only, and lacks what was written since',
      {
        db1: server('u1', data('u1:1-9')),
        db2: server('u2', { ...data('u1:1-9,u2:1-3'), ...follows('10.0.0.1', 'u1') }),
      },
      'db1 is to be the primary, but db2 has transactions that it lacks: u2:1-3',
      'candidate=db2',
    ],
    [
      'the primary lost its disk: the server was installed anew',
      { db1: fresh('u9'), db2: replica('u2') },
      'db1 is to be the primary and is empty, but db2 has data (databases: shop)',
      'candidate=db2',
    ],
    [
      'the primary lost its disk: nothing is installed',
      { db1: absent, db2: replica('u2') },
      'db1 is to be the primary and is empty, but db2 has data (databases: shop)',
      'candidate=db2',
    ],
    [
      'machines that were copied',
      { db1: fresh('u1'), db2: fresh('u1') },
      'db1 and db2 have the same server_uuid: they were copied from one machine',
      'auto.cnf',
    ],
  ])('%s', (_, states, message, hint) => {
    const found = conflict(states);
    expect(found?.message).toBe(message);
    expect(found?.hint).toContain(hint);
  });
});
