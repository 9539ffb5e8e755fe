import { expect, test } from 'vitest';
import { decideRecord } from '../../../roles/database/promotion-record.ts';
import { parseState } from '../../../roles/database/promotion-state.ts';

const replica = `enabled enabled
running 1
uuid 07-b
writable 0
rpl_semi_sync_source_enabled ON
executed a:1-217,b:1-7
term 2
primary db2
members db2=10.0.0.2,db3=10.0.0.3
*************************** 1. row ***************************
             Replica_IO_State: Waiting for source to send event
                  Source_Host: 10.0.0.2
           Replica_IO_Running: Yes
          Replica_SQL_Running: No
                Last_IO_Error: 
               Last_SQL_Error: Could not execute
writable 1
                  Source_UUID: 07-a
           Retrieved_Gtid_Set: a:100-217,
b:1-7
            Executed_Gtid_Set: a:1-217,
b:1-7
`;

test('a replica of MySQL', () => {
  expect(parseState({ stdout: Buffer.from(replica) })).toEqual({
    running: true,
    masked: false,
    fenced: false,
    writable: false,
    waits: true,
    uuid: '07-b',
    source: '10.0.0.2',
    sourceUuid: '07-a',
    receiving: true,
    applying: false,
    received: 'a:100-217,b:1-7',
    executed: 'a:1-217,b:1-7',
    history: '',
    provisioning: false,
    term: 2,
    recordedPrimary: 'db2',
    recordedMembers: 'db2=10.0.0.2,db3=10.0.0.3',
    error: 'Could not execute',
  });
});

test('a replica of MariaDB', () => {
  const text =
    'enabled enabled\nrunning 1\nuuid \nwritable 0\nexecuted 0-1-27\nMaster_Host: 10.0.0.1\nSlave_IO_Running: Yes\nSlave_SQL_Running: Yes\nGtid_IO_Pos: 0-1-28\n';
  const state = parseState({ stdout: Buffer.from(text) });
  expect(state).toMatchObject({ source: '10.0.0.1', received: '0-1-28', executed: '0-1-27' });
  expect([state.receiving, state.applying]).toEqual([true, true]);
});

test('a MariaDB server whose data are being replaced', () => {
  const text = 'provisioning 1\nrunning 1\nexecuted 0-1-27\nhistory 0-1-27,0-2-20,0-1-27\n';
  const state = parseState({ stdout: Buffer.from(text) });
  expect(state).toMatchObject({ provisioning: true, history: '0-1-27,0-2-20,0-1-27' });
});

test('a fenced server', () => {
  const state = parseState({ stdout: Buffer.from('enabled masked\nfenced 1\n') });
  expect(state).toMatchObject({ running: false, masked: true, fenced: true, term: 0, source: '' });
});

const args = { engine: 'mysql', primary: 'db1', members: 'db1=10.0.0.1' } as const;
const running = parseState({ stdout: Buffer.from('running 1\nwritable 1\n') });
const recorded = { ...running, term: 3, recordedPrimary: 'db1', recordedMembers: args.members };

test.each([
  ['the first time', {}, running, 'db1 is the primary, term 1, of db1=10.0.0.1'],
  ['a server that is being set up', {}, undefined, 'db1 is the primary, term 1, of db1=10.0.0.1'],
  ['as it is', {}, recorded, 'db1 is recorded as the primary, term 3'],
  [
    'other members',
    { members: 'db1=10.0.0.1,db2=10.0.0.2' },
    recorded,
    'db1 is the primary, term 3, of db1=10.0.0.1,db2=10.0.0.2',
  ],
  [
    'another was promoted',
    {},
    { ...recorded, recordedPrimary: 'db2' },
    'the database has it that db2 is the primary, not db1',
  ],
  [
    'a promotion',
    { term: 4 },
    { ...recorded, recordedPrimary: 'db2' },
    'db1 is the primary, term 4, of db1=10.0.0.1',
  ],
])('recording %s', (_name, given, state, expected) => {
  const decision = decideRecord({ ...args, ...given }, state);
  const said =
    decision.kind === 'change'
      ? decision.summary
      : decision.kind === 'unchanged'
        ? decision.reason
        : decision.kind === 'failed' && decision.message;
  expect(said).toBe(expected);
});
