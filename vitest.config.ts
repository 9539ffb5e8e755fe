import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/architecture/**'],
          testTimeout: 30_000, // many start processes, and a busy machine is no failure
        },
      },
      { test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/support/labs-of-a-run.ts'],
          fileParallelism: false, // test files share the hosts of one lab
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
