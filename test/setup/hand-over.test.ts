import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';

const file = new URL('../../src/setup/hand-over.js', import.meta.url).href;

function handOver(script: string, env: NodeJS.ProcessEnv = {}) {
  const code = `const { handOver } = await import('${file}'); handOver('sh', ['-c', process.argv[1]]);`;
  const argv = ['--input-type=module', '-e', code, script];
  return spawn(process.execPath, argv, { env: { ...process.env, ...env } });
}

describe('a program run in place of this process', () => {
  test.each([
    ['ends with its exit status', 'exit 7', [7, null]],
    ['ends well', 'true', [0, null]],
    ['dies of its signal', 'kill -TERM $$', [null, 'SIGTERM']],
  ])('%s', async (_, script, expected) => {
    expect(await once(handOver(script), 'exit')).toEqual(expected);
  });

  test('gets the signals that this process gets', async () => {
    const child = handOver(
      "trap 'echo term; exit 3' TERM; echo ready; while :; do sleep 0.05; done",
    );
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output === 'ready\n') child.kill('SIGTERM');
    });
    expect(await once(child, 'close')).toEqual([3, null]);
    expect(output).toBe('ready\nterm\n');
  });
});
