import { beforeAll, describe, expect, test } from 'vitest';
import { capture } from '../../src/lab/commands.ts';
import { sshOptions } from '../../src/lab/ssh.ts';
import { type TestLab, useLab } from './support/lab.ts';
import { detour, losePackets } from './support/network-faults.ts';

describe('the rig for network faults', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await useLab();
  });

  function ssh(options: string[], address: string) {
    const common = [...sshOptions(lab.lab.name, lab.host('web1')), '-o', 'BatchMode=yes'];
    const all = [...common, '-o', 'ConnectTimeout=2', ...options, `deploy@${address}`, 'echo in'];
    return capture(['ssh', ...all]);
  }

  test.each(['both', 'to host', 'from host'] as const)(
    'partitions a host: %s',
    async (direction) => {
      const { address } = lab.host('web1');
      const heal = await losePackets(lab.lab, 'web1', 100, direction);
      try {
        const failed = await ssh([], address);
        expect(failed.status).toBe(255);
        expect(failed.stderr.toString()).toMatch(/timed out|timeout|No route/i);
        expect(await lab.sh('web1', 'echo alive')).toBe('alive\n');
      } finally {
        await heal();
      }
      expect((await ssh([], address)).stdout.toString()).toBe('in\n');
    },
  );

  test('loses some packets, and TCP still gets through', async () => {
    const heal = await losePackets(lab.lab, 'web1', 10);
    try {
      const result = await ssh(['-o', 'ConnectTimeout=30'], lab.host('web1').address);
      expect(result.stdout.toString()).toBe('in\n');
    } finally {
      await heal();
    }
  });

  test('makes the way longer, then a black hole', async () => {
    const way = await detour(lab.host('web1').address, 22, 20);
    const alias = ['-o', `HostKeyAlias=${lab.host('web1').address}`, '-p', String(way.port)];
    try {
      expect((await ssh(alias, way.address)).stdout.toString()).toBe('in\n');
      way.silence();
      expect((await ssh(alias, way.address)).status).toBe(255);
    } finally {
      await way.close();
    }
  });
});
