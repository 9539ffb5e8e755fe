import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { labDown } from '../../../src/lab/lab.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A directory with one file per lab that the run brought up, named like the lab. */
    labsOfThisRun: string;
  }
}

/** Takes down, at the end of the run, every lab that a test file brought up. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'rolecall-labs-'));
  project.provide('labsOfThisRun', directory);
  return async () => {
    const names = await readdir(directory);
    await rm(directory, { recursive: true, force: true });
    if (process.env.ROLECALL_LAB_KEEP) return;
    for (const name of names) await labDown(name);
  };
}
