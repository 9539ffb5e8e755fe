import { testReplicatedData } from './replicated-data.ts';

testReplicatedData({
  engine: 'mysql',
  suite: 'sid',
  members: ['db1', 'db2', 'db3'],
  later: 'db4',
});
