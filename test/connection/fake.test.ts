import { expect, test } from 'vitest';
import { fakeConnection } from '../../src/connection/fake.ts';
import { rawSh, sh } from '../../src/shell/sh.ts';

test('answers and logs', async () => {
  const fake = fakeConnection({
    answer: ({ script }) => (script.text === 'uname' ? 'Linux\n' : { status: 3, stderr: 'no' }),
  });
  const [first, second] = await Promise.all([
    fake.run({ script: sh`uname` }),
    fake.run({ script: rawSh('other'), become: { method: 'sudo', user: 'root' } }),
  ]);
  expect([first.status, first.stdout.toString()]).toEqual([0, 'Linux\n']);
  expect([second.status, second.stderr.toString()]).toEqual([3, 'no']);
  expect(fake.log.map(({ script }) => script.text)).toEqual(['uname', 'other']);
});

test('is lost at the command that is named, with what was on its way', async () => {
  const fake = fakeConnection({ answer: () => '', delayMs: 20, lostAt: 1 });
  const results = await Promise.allSettled([0, 1, 2].map(() => fake.run({ script: sh`:` })));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(results[0]).toMatchObject({ reason: { code: 'connection-lost' } });
  expect(fake.closed).toBe(true);
  expect(fake.log).toHaveLength(2);
});

test('deadline, cap and close', async () => {
  const fake = fakeConnection({ answer: () => 'long answer', delayMs: 30 });
  const script = sh`:`;
  await expect(fake.run({ script, deadlineMs: 1 })).rejects.toMatchObject({
    code: 'deadline-exceeded',
  });
  const { stdout, truncated } = await fake.run({ script, maxOutputBytes: 4 });
  expect([stdout.toString(), truncated]).toEqual(['long', true]);
  const running = fake.run({ script });
  await fake.close();
  await expect(running).rejects.toMatchObject({ code: 'connection-lost' });
});
