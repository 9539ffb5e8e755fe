import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabBackend } from '../../src/lab/contract.ts';
import { labDown } from '../../src/lab/lab.ts';
import {
  bridgeName,
  dataDir,
  hostnameOf,
  machineName,
  nftTableName,
  vethName,
} from '../../src/lab/paths.ts';
import {
  addressAt,
  gatewayOf,
  isSubnet,
  subnetAround,
  subnetContains,
} from '../../src/lab/subnet.ts';

const labName = fc.stringMatching(/^[a-z][a-z0-9-]{0,19}$/);

describe('names', () => {
  test('of interfaces fit into the kernel’s 15 characters and are good hostnames', () => {
    fc.assert(
      fc.property(labName, fc.string({ minLength: 1 }), (lab, host) => {
        expect(bridgeName(lab)).toMatch(/^rl-[a-z0-9-]{1,12}$/);
        expect(vethName(machineName(lab, host))).toMatch(/^vb-[a-z][a-z0-9-]{1,11}$/);
        expect(hostnameOf(host)).toMatch(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/);
      }),
      { numRuns: 300 },
    );
  });
  test('differ between labs and hosts that begin alike', () => {
    expect(bridgeName('integration-one')).not.toBe(bridgeName('integration-two'));
    expect(machineName('demo', 'webserver1')).not.toBe(machineName('demo', 'webserver2'));
    expect(nftTableName('a-b')).toBe('rolecall_lab_a_b');
  });
  test.each(['', '.', '..', 'a/..', '/', 'A'])(
    'nothing is removed by the name %j',
    async (name) => {
      const problem = { problems: [{ code: 'lab-invalid' }] };
      await expect(labDown(name, () => {}, {} as LabBackend)).rejects.toMatchObject(problem);
      expect(() => dataDir(name)).toThrow('is no name of a lab');
    },
  );
});

describe('subnets', () => {
  test.each([
    ['10.77.0.0/24', '10.77.0.255', true],
    ['10.77.0.0/24', '10.77.1.0', false],
    ['10.77.4.0/22', '10.77.7.9', true],
    ['192.168.0.0/30', '192.168.0.4', false],
    ['10.77.0.0/24', 'web1', false],
  ])('%s contains %s: %s', (subnet, address, expected) => {
    expect(subnetContains(subnet, address)).toBe(expected);
  });
  test.each([
    ['10.77.0.0/24', true],
    ['10.77.0.1/24', false],
    ['10.77.0.0', false],
    ['10.77.0.0/33', false],
    ['10.77.0/24', false],
    ['300.0.0.0/24', false],
  ])('%s is a subnet: %s', (text, expected) => {
    expect(isSubnet(text)).toBe(expected);
  });
  test('have addresses in order', () => {
    expect(gatewayOf('10.77.4.0/22')).toBe('10.77.4.1');
    expect(addressAt('10.77.4.0/22', 256)).toBe('10.77.5.0');
    expect(subnetAround('10.77.0.11')).toBe('10.77.0.0/24');
  });
});
