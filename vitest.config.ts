import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Roles import the public API by the name under which users do. */
const resolve = { alias: { rolecall: fileURLToPath(new URL('src/index.ts', import.meta.url)) } };

/** What takes too long for each change: `npm run test:experiments`. */
const experiments = [
  'test/e2e/experiments/**/*.test.ts',
  'test/e2e/roles/{app,app-central,rolling-update,load-balancer-traffic}.test.ts',
  'test/e2e/roles/{database,database-*,promotion,promotion-*,backup}.test.ts',
];

/** Tests keep no record among those of whoever runs them. */
const records = join(tmpdir(), `rolecall-test-${process.pid}`);
const env = { ROLECALL_HISTORY: join(records, 'history.db') };
process.on('exit', () => rmSync(records, { recursive: true, force: true }));

export default defineConfig({
  resolve,
  test: {
    projects: [
      {
        resolve,
        test: {
          env,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/architecture/**'],
          testTimeout: 30_000, // many start processes, and a busy machine is no failure
        },
      },
      { resolve, test: { env, name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      {
        resolve,
        test: {
          env,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: experiments,
          globalSetup: ['test/e2e/support/labs-of-a-run.ts'],
          fileParallelism: false, // test files share the hosts of one lab
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        resolve,
        test: {
          env,
          name: 'experiments',
          include: experiments,
          globalSetup: ['test/e2e/support/labs-of-a-run.ts'],
          fileParallelism: false, // test files share the hosts of one lab
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
