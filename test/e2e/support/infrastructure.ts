import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type BuiltRelease, buildRelease } from '../../../examples/foobar/build/release.ts';
import { copyInventory, type Listed, labOfInventory } from './copied-inventory.ts';
import { bringUp, ownName, type TestLab } from './lab.ts';
import { type Ended, type Running, rolecallRun, startRun } from './rolecall.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const launcher = join(root, 'src/cli/launch.js');

/** One of the infrastructures below inventory/, on hosts of the test's own. */
export interface Infrastructure extends TestLab {
  /** The folder with a copy of the inventory, with this lab's addresses and keys. */
  readonly folder: string;
  /** Where releases are built. */
  readonly releases: string;
  /** What runs deploy: the first one built, until `declare` names another. */
  readonly release: BuiltRelease;
  declare(release: BuiltRelease): void;
  /** Options that say what is deployed. */
  readonly words: readonly string[];
  /** `rolecall run` of a playbook of playbooks/ on it, or of one elsewhere by its path. */
  run(playbook: string, ...words: string[]): Promise<Ended>;
  /** The same, to be watched or killed. */
  start(playbook: string, ...words: string[]): Running;
  /** Another command of rolecall on it: `audit`, `trace URL`. */
  command(...words: string[]): string;
  /** Hosts in a group of the inventory. */
  group(name: string): readonly string[];
  /** Edits a file of the copied inventory; undone with the test. */
  edit(file: string, change: (text: string) => string): void;
}

/**
 * Boots the hosts of `inventory/NAME`, apart from a lab that the user may have up of it; `standUp` begins
 * with fresh ones. Spare hosts are Debian unstable, in no group and with nothing on them.
 *
 * @example const site = await useInfrastructure('foobar'); await site.run('site.yml');
 */
export async function useInfrastructure(
  name: string,
  { spare = [] }: { readonly spare?: readonly string[] } = {},
): Promise<Infrastructure> {
  const labName = ownName(`x-${name}`).slice(0, 20);
  const folder = copyInventory(name, labName, spare);
  const releases = `${folder}-releases`;
  process.on('exit', () => rmSync(releases, { recursive: true, force: true }));
  let release = await buildRelease({ out: releases });
  const listed = JSON.parse(rolecall('inventory', '-i', folder, '--list')) as Listed;
  const lab = await bringUp(labOfInventory(listed, labName));
  const deployed = () => ['-e', JSON.stringify({ foobar_release: release })];
  const words = (playbook: string, more: readonly string[]) => [
    ...['-i', folder, resolve(root, 'playbooks', playbook), ...deployed(), ...more],
  ];
  return {
    ...lab,
    folder,
    releases,
    get release() {
      return release;
    },
    declare(next) {
      release = next;
    },
    get words() {
      return deployed();
    },
    run: (playbook, ...more) => rolecallRun(words(playbook, more), { cwd: root }),
    start: (playbook, ...more) => startRun(words(playbook, more), { cwd: root }),
    command: (command, ...more) => rolecall(command, '-i', folder, ...more),
    group: (group) => listed[group]?.hosts ?? [],
    edit(file, change) {
      const path = join(folder, file);
      const before = readFileSync(path, 'utf8');
      onTestFinished(() => writeFileSync(path, before));
      writeFileSync(path, change(before));
    },
  };
}

/** What a later run would notice of a needless change: processes, start times, configuration files. */
export async function marksOf(site: TestLab, hosts = site.hosts.map(({ name }) => name)) {
  const script = `
    systemctl list-units --type=service --state=running --plain --no-legend |
      awk '{print $1}' | grep -Ev '^(user@|user-|session|ssh@|systemd-|getty|console-)' | sort |
      while read -r unit; do
        systemctl show "$unit" --property=Id,MainPID,ActiveEnterTimestamp | paste -sd' '
      done
    find /etc /srv /usr/local -xdev \\( -type f -o -type l \\) -printf '%p %T@ %m %u\\n' |
      grep -v '^/etc/\\(mtab\\|ld.so.cache\\|resolv.conf\\)' | sort`;
  const texts = await Promise.all(hosts.map((host) => site.sh(host, script)));
  return Object.fromEntries(hosts.map((host, index) => [host, texts[index]!]));
}

function rolecall(...words: string[]): string {
  return execFileSync(process.execPath, [launcher, ...words], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
}
