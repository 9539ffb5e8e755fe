import { describe } from 'vitest';
import { testReplicatedData } from './replicated-data.ts';

const trial = { engine: 'mariadb', suite: 'trixie', members: ['m1', 'm2'], later: 'm3' } as const;

describe('by dump', () => testReplicatedData(trial));
describe('by copying files', () => testReplicatedData({ ...trial, provision: 'mariadb-backup' }));
