import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installUnits, type Systemd, uninstallUnits } from '../../../src/drift/install/systemd.ts';
import { systemdUnits } from '../../../src/drift/install/systemd-units.ts';
import type { GivenSettings } from '../../../src/drift/settings.ts';
import { call, given } from './given.ts';

const timer = 'rolecall-drift-site.timer';
const service = 'rolecall-drift-site.service';
let folder: string;
/** What was run, without what verifies. */
let calls: string[];
/** What ends badly, and what it says. */
let bad: { readonly word: string; readonly output: string } | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drift-systemd-'));
  calls = [];
  bad = undefined;
});
afterEach(() => rmSync(folder, { recursive: true }));

function systemd(scope: Systemd['scope'] = 'system'): Systemd {
  return {
    scope,
    folder,
    run: async (words) => {
      if (words[0] === 'systemctl') calls.push(words.slice(1).join(' '));
      const isBad = bad && words.includes(bad.word);
      return { status: isBad ? 1 : 0, output: isBad ? bad!.output : '' };
    },
  };
}

const install = (settings: GivenSettings = {}, scope: Systemd['scope'] = 'system') =>
  installUnits(
    systemd(scope),
    'site',
    systemdUnits(given(settings), call, { scope, isProtected: true }),
  );
const begin = (unit: string) => [
  'daemon-reload',
  `enable ${unit}`,
  `restart ${unit}`,
  `is-active ${unit}`,
];

test('writes, enables, starts, and looks whether it runs', async () => {
  await install();
  expect(readdirSync(folder).sort()).toEqual([service, timer]);
  expect(calls).toEqual(begin(timer));
});

test('a user has units of their own', async () => {
  await install({}, 'user');
  expect(calls).toEqual(begin(timer).map((words) => `--user ${words}`));
});

test('once more takes the place of what was there', async () => {
  await install();
  calls = [];
  await install({ every: '2h' });
  expect(calls).toEqual(['daemon-reload', `disable --now ${service}`, ...begin(timer)]);
  expect(readFileSync(join(folder, timer), 'utf8')).toContain('00/2:00:00');
});

test('a service takes the place of a timer', async () => {
  await install();
  calls = [];
  await install({ metrics: { listen: '1' } });
  expect(calls).toEqual(['daemon-reload', `disable --now ${timer}`, ...begin(service)]);
  expect(readdirSync(folder)).toEqual([service]);
});

test('a unit of another is not touched', async () => {
  writeFileSync(join(folder, service), '[Service]\n');
  const problem = `${join(folder, service)} is there and was not written by rolecall drift install`;
  await expect(install()).rejects.toThrow(problem);
  await expect(uninstallUnits(systemd(), 'site')).rejects.toThrow(problem);
  expect(calls).toEqual([]);
  expect(readdirSync(folder)).toEqual([service]);
});

test('units that systemd does not like are not installed', async () => {
  bad = { word: 'verify', output: `${service}: Command /x is not executable\nother.service: bad` };
  await expect(install()).rejects.toThrow(
    `systemd does not take the units:\n${service}: Command /x is not executable`,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('what is wrong with units of others is no reason', async () => {
  bad = { word: 'verify', output: 'other.service: bad' };
  await install();
  expect(existsSync(join(folder, timer))).toBe(true);
});

test('what systemctl says is told', async () => {
  bad = { word: 'enable', output: 'no bus' };
  await expect(install()).rejects.toThrow(`'systemctl enable ${timer}' ended with 1: no bus`);
});

test('uninstall removes all of it, and finds nothing the next time', async () => {
  await install();
  calls = [];
  writeFileSync(join(folder, 'other.service'), '');
  expect(await uninstallUnits(systemd(), 'site')).toEqual([timer, service]);
  expect(calls).toEqual(['daemon-reload', `disable --now ${timer} ${service}`, 'daemon-reload']);
  expect(readdirSync(folder)).toEqual(['other.service']);
  expect(await uninstallUnits(systemd(), 'site')).toEqual([]);
});
