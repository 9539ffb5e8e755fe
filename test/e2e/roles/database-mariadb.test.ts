import { testReplicatedData } from './replicated-data.ts';

testReplicatedData({ engine: 'mariadb', suite: 'trixie', members: ['m1', 'm2'], later: 'm3' });
