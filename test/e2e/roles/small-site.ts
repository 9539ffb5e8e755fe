import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TestLab, useLab } from '../support/lab.ts';
import { type LoadReport, loadFigures, type RunningLoad, startLoad } from '../support/load.ts';
import { type Ended, type Running, startRun } from '../support/rolecall.ts';
import { buildRelease, type TestRelease } from './small-release.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Everything that systemd has to take literally. */
export const token = `a"b'c\\d $HOME \`id\` %n #e;f\nsecond line`;

/** What the small service says. */
export interface Page {
  readonly version: string;
  readonly server: string;
  readonly greeting: string;
  readonly token: string;
  readonly pid: number;
}

/** The small service on fresh hosts, stood up by the playbooks of this project. */
export interface SmallSite {
  readonly lab: TestLab;
  /** The release of a version, built at the first use. */
  release(version: string, how?: Parameters<typeof buildRelease>[2]): TestRelease;
  /** Declares that a release is deployed, with other parameters of app over those of the test. */
  deploys(release: TestRelease, more?: { env?: object; [name: string]: unknown }): TestRelease;
  /** Variables of a group. */
  vars(group: string, values: object): void;
  start(playbook: string, ...words: string[]): Running;
  run(playbook: string, ...words: string[]): Promise<Ended>;
  /** Load on the balancer. */
  load(path?: string, method?: string): RunningLoad;
  page(host: string): Promise<Page>;
  /** Process, start time, and times of all files that the roles write. */
  marks(host: string): Promise<string>;
  /** Server → first word of its status, as HAProxy has it. */
  inService(): Promise<Record<string, string>>;
  remove(): void;
}

/** Boots hosts by name; each is in the groups given. All groups of the playbooks are there. */
export async function smallSite(
  name: string,
  hosts: Readonly<Record<string, readonly string[]>>,
): Promise<SmallSite> {
  const lab = await useLab(
    name,
    Object.entries(hosts).map(([host, groups]) => ({ name: host, groups, packages: [] })),
  );
  await lab.reset();
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-app-'));
  const others = ['web', 'databases', 'dns', 'code'].map((group) => `\n[${group}]\n`).join('');
  mkdirSync(join(folder, 'group_vars'));
  writeFileSync(join(folder, 'hosts.ini'), lab.inventory + others);
  const built = new Map<string, TestRelease>();
  const site: SmallSite = {
    lab,
    release(version, how) {
      const found = built.get(version) ?? buildRelease(folder, version, how);
      built.set(version, found);
      return found;
    },
    deploys(release, more) {
      site.vars('app', { app: appParameters(release, more) });
      return release;
    },
    vars: (group, values) =>
      writeFileSync(join(folder, `group_vars/${group}.yml`), JSON.stringify(values)),
    start(playbook, ...words) {
      const args = ['-i', join(folder, 'hosts.ini'), '-b', `playbooks/${playbook}`, ...words];
      return startRun(args, { cwd: root, env: { SMALL_TOKEN: token } });
    },
    run: (playbook, ...words) => site.start(playbook, ...words).ended,
    load(path = '/', method = 'GET') {
      const url = `http://${lab.host('lb1').address}${path}`;
      return startLoad({ url, method, clients: 3, servedBy: 'x-served-by-app' });
    },
    async page(host) {
      const answer = await fetch(`http://${lab.host(host).address}:3000/`);
      return (await answer.json()) as Page;
    },
    marks: (host) =>
      lab.sh(
        host,
        `systemctl show small -p MainPID -p ActiveEnterTimestampMonotonic
         find /srv/small /etc/small /etc/systemd/system/small.service -printf '%p %T@ %C@\\n' 2>/dev/null | sort`,
      ),
    inService: async () => statusOf(await lab.sh('lb1', showStat)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return site;
}

/** Prints the figures of an experiment, for the record. */
export function figures(experiment: string, report: LoadReport): void {
  process.stdout.write(`experiment ${experiment}: ${loadFigures(report)}\n`);
}

function appParameters(
  { artifact, sha256 }: TestRelease,
  { env = {}, ...more }: { env?: object; [name: string]: unknown } = {},
): object {
  return {
    application: 'small',
    release: { artifact, sha256 },
    shared: ['uploads'],
    keep: 2,
    env: { GREETING: 'hello', ...env },
    secrets: { TOKEN: "{{ lookup('env', 'SMALL_TOKEN') }}" },
    health: { timeout: '4s' },
    service: { stopTimeout: '5s' },
    migrate: { command: ['node', 'server.mjs', 'migrate'] },
    ...more,
  };
}

const showStat = `perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new("/run/haproxy/admin.sock"); print $s "show stat\\n"; print <$s>'`;

function statusOf(csv: string): Record<string, string> {
  const rows = csv.split('\n').map((line) => line.split(','));
  const servers = rows.filter(([, name]) => /^[a-z]+\d$/.test(name ?? ''));
  return Object.fromEntries(
    servers.map((fields) => [fields[1]!, (fields[17] ?? '').split(' ')[0]!]),
  );
}
