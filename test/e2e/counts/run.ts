import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// `npm run counts [-- --write]`: compares what fixed playbooks take with counts.json, or writes that anew.

const root = join(import.meta.dirname, '../../..');
const write = process.argv.includes('--write');
const { status } = spawnSync('vitest', ['run', '--project', 'e2e', 'test/e2e/counts.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...(write && { ROLECALL_COUNTS: 'write' }) },
});
process.exitCode = status ?? 1;
