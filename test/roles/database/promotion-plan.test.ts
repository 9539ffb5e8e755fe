import { expect, test } from 'vitest';
import {
  notYetReceived,
  type PromotionRequest,
  planPromotion,
} from '../../../roles/database/promotion-plan.ts';
import { planRejoin } from '../../../roles/database/promotion-rejoin-plan.ts';
import { type MemberState, parseState } from '../../../roles/database/promotion-state.ts';

const off = parseState({ stdout: Buffer.from('enabled enabled\n') });
const record = 'db1=10.0.0.1,db2=10.0.0.2,db3=10.0.0.3';

function server(state: Partial<MemberState>): MemberState {
  const common = { running: true, term: 1, recordedPrimary: 'db1', recordedMembers: record };
  return { ...off, ...common, executed: 'a:1-10', ...state };
}

const primary = server({ writable: true, uuid: 'a' });
const replica = server({ source: '10.0.0.1', receiving: true, applying: true, received: 'a:1-10' });
const promoted = { term: 2, recordedPrimary: 'db2' };
const dead = { ...off, running: false };
const fenced = { ...dead, masked: true, fenced: true };

const usual: PromotionRequest = {
  engine: 'mysql',
  candidate: 'db2',
  declared: 'db1',
  members: { db1: '10.0.0.1', db2: '10.0.0.2', db3: '10.0.0.3' },
  states: { db1: primary, db2: replica, db3: replica },
  oldPrimaryGone: false,
  force: false,
};

/** `fence … await … follow …, term, record` or the message of a refusal. */
function says(request: Partial<PromotionRequest>, states: PromotionRequest['states'] = {}): string {
  const plan = planPromotion({ ...usual, ...request, states: { ...usual.states, ...states } });
  if (plan.kind === 'refused') return plan.message;
  const { fence, awaited, follow, term, record: members, lost } = plan;
  return `fence ${fence} await ${awaited} follow ${follow} term ${term} ${members} lost ${lost}`;
}

const done = 'fence db1 await  follow db3 term 2 db2=10.0.0.2,db3=10.0.0.3 lost 0';

test.each<[string, Partial<PromotionRequest>, PromotionRequest['states'], string]>([
  [
    'a switch-over waits for what the old primary has',
    {},
    {},
    'fence db1 await db1 follow db3 term 2 db2=10.0.0.2,db3=10.0.0.3 lost 0',
  ],
  ['the old primary is down', {}, { db1: dead }, done],
  ['the old primary is fenced already', {}, { db1: fenced }, done],
  [
    'the old primary is stopped for writes',
    {},
    { db1: server({ uuid: 'a' }) },
    done.replace('await ', 'await db1'),
  ],
  [
    'the old primary cannot be asked',
    {},
    { db1: undefined },
    'db1 cannot be asked: it may still take writes',
  ],
  [
    'the old primary is said to be gone',
    { oldPrimaryGone: true },
    { db1: undefined },
    'fence  await  follow db3 term 2 db2=10.0.0.2,db3=10.0.0.3 lost 0',
  ],
  [
    'gone is said of the old primary only',
    { oldPrimaryGone: true },
    { db1: dead, db3: undefined },
    'db3 cannot be asked: it may have transactions that db2 has not',
  ],
  [
    'a replica is down',
    {},
    { db1: dead, db3: dead },
    "db3's server does not run: it may have transactions that db2 has not",
  ],
  [
    'a replica is down, forced',
    { force: true },
    { db1: dead, db3: dead },
    'fence db1 await  follow  term 2 db2=10.0.0.2 lost 0',
  ],
  [
    'another replica has executed more',
    {},
    { db1: dead, db3: server({ source: '10.0.0.1', executed: 'a:1-12' }) },
    'db2 lacks 2 transactions that db3 has: a:11-12',
  ],
  [
    'another replica has received more',
    {},
    { db1: dead, db3: { ...replica, received: 'a:1-11' } },
    'db2 lacks 1 transaction that db3 has: a:11',
  ],
  [
    'what is received and not applied counts for the candidate',
    {},
    {
      db1: dead,
      db2: { ...replica, executed: 'a:1-4', received: 'a:3-11' },
      db3: { ...replica, received: 'a:1-11' },
    },
    done,
  ],
  [
    'another replica has more, forced',
    { force: true },
    { db1: dead, db3: { ...replica, received: 'a:1-12' } },
    done.replace('lost 0', 'lost 2'),
  ],
  ['the candidate is down', {}, { db2: dead }, "db2's server does not answer"],
  [
    'the candidate was never a replica',
    {},
    { db1: dead, db2: server({ term: 0, recordedPrimary: '', recordedMembers: '' }) },
    'db2 has never been a replica: it replicates from nobody and has no record of a primary',
  ],
  [
    'interrupted when the candidate followed nobody any more',
    {},
    { db1: fenced, db2: server({}) },
    done,
  ],
  [
    'interrupted before the record',
    {},
    { db1: fenced, db2: server({ writable: true }), db3: { ...replica, source: '10.0.0.2' } },
    done,
  ],
  [
    'all done: the same plan, which changes nothing',
    {},
    {
      db1: fenced,
      db2: server({ writable: true, executed: 'a:1-10,b:1-3', ...promoted }),
      db3: { ...replica, source: '10.0.0.2', ...promoted },
    },
    done,
  ],
  [
    'done, and the old primary has come back as a replica',
    {},
    {
      db1: { ...replica, source: '10.0.0.2', ...promoted },
      db2: server({ writable: true, ...promoted }),
      db3: { ...replica, source: '10.0.0.2', ...promoted },
    },
    'fence  await  follow db1,db3 term 2 db1=10.0.0.1,db2=10.0.0.2,db3=10.0.0.3 lost 0',
  ],
  [
    'done, and the old primary came back by itself: it is fenced again',
    {},
    { db1: server({ uuid: 'a' }), db2: server({ writable: true, ...promoted }) },
    done,
  ],
  [
    'another promotion in its turn',
    { candidate: 'db3' },
    {
      db1: fenced,
      db2: server({ writable: true, ...promoted }),
      db3: { ...replica, source: '10.0.0.2', ...promoted },
    },
    'fence db1,db2 await db2 follow  term 3 db3=10.0.0.3 lost 0',
  ],
  [
    'a member that is not set up yet is left alone',
    {},
    { db3: server({ term: 0, recordedPrimary: '', executed: '' }) },
    'fence db1 await db1 follow  term 2 db2=10.0.0.2 lost 0',
  ],
  [
    'a candidate whose data are being replaced',
    { force: true },
    { db2: server({ provisioning: true }) },
    'db2 is being given the data of another member: its own are not whole',
  ],
])('%s', (_name, request, states, expected) => {
  expect(says(request, states)).toBe(expected);
});

test('what the closed primary has must have been received', () => {
  const closed = [server({ executed: 'a:1-12' })];
  expect([...notYetReceived('mysql', replica, closed)]).toEqual([['a', [[11, 12]]]]);
  expect([...notYetReceived('mysql', { ...replica, received: 'a:5-12' }, closed)]).toEqual([]);
});

test.each<[string, Partial<MemberState>, Partial<MemberState>, boolean, string]>([
  ['nothing that the primary lacks', { executed: 'a:1-10' }, {}, false, 'attach'],
  [
    'an extra transaction',
    { executed: 'a:1-11' },
    {},
    false,
    'db1 has 1 transaction that db2 has not: a:11',
  ],
  ['an extra transaction that may go', { executed: 'a:1-11' }, {}, true, 'reclone'],
  ['data that are being replaced', { provisioning: true }, {}, false, 'reclone'],
  ['a replica already', { source: '10.0.0.2', executed: 'a:1-10' }, {}, false, 'follows already'],
  [
    'still off the network',
    { source: '10.0.0.2', executed: 'a:1-10', fenced: true },
    {},
    false,
    'attach',
  ],
  ['still takes writes', { writable: true }, {}, false, 'db1 and db2 both take writes'],
  [
    'no primary',
    {},
    { writable: false },
    false,
    'no member takes writes: there is nobody to follow',
  ],
  ['down', { running: false }, {}, false, "db1's server does not answer"],
  [
    'down and fenced, in a dry run',
    { running: false, fenced: true },
    {},
    false,
    'what db1 has can be asked once its server runs',
  ],
])('an old primary with %s: %5$s', (_name, own, other, reclone, expected) => {
  const plan = planRejoin({
    engine: 'mysql',
    host: 'db1',
    members: usual.members,
    reclone,
    states: {
      db1: server({ ...own }),
      db2: server({ writable: true, executed: 'a:1-10,b:1-5', ...promoted, ...other }),
      db3: replica,
    },
  });
  const said =
    plan.kind === 'plan' ? plan.how : plan.kind === 'refused' ? plan.message : plan.reason;
  expect(said).toBe(expected);
});

test.each([
  ['the same history', '0-1-10', '0-1-10,0-2-14', 'attach'],
  [
    'rows of its own before numbers that the primary passed since',
    '0-1-12',
    '0-1-10,0-2-14',
    'db1 has 2 transactions that db2 has not: 0-1:11-12',
  ],
  [
    'a primary that was copied from a third one since',
    '0-1-12',
    '0-3-14',
    'whether db2 has what db1 has cannot be told: it has heard of no server that wrote 0-1:1-12',
  ],
])('an old primary of MariaDB with %s', (_name, own, other, expected) => {
  const plan = planRejoin({
    engine: 'mariadb',
    host: 'db1',
    members: usual.members,
    reclone: false,
    states: {
      db1: server({ executed: own, history: own }),
      db2: server({ writable: true, executed: '0-2-14', history: other, ...promoted }),
    },
  });
  expect(plan.kind === 'plan' ? plan.how : plan.kind === 'refused' && plan.message).toBe(expected);
});
