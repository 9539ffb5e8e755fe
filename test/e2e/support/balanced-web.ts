import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type TestLab, useLab } from './lab.ts';
import { type PlaybookRun, runPlaybook } from './run-playbook.ts';

const packages = ['acl', 'attr', 'busybox', 'procps'];

/** A virgin balancer lb1 in front of web1 and web2, which have nginx. */
export interface BalancedLab {
  readonly lab: TestLab;
  /** The balancer, with a slash at the end. */
  readonly url: string;
  /** Runs the role load-balancer on lb1 with parameters on top of `www` on 80 for the group web. */
  converge(params: object, ...args: string[]): Promise<PlaybookRun>;
  /** Runs plays. */
  play(plays: readonly object[], ...args: string[]): Promise<PlaybookRun>;
  /** What HAProxy's socket answers. */
  ask(commands: string): Promise<string>;
  /** `web1 UP 0` for each server: status and open sessions. */
  servers(): Promise<string[]>;
  until(what: () => Promise<boolean>, seconds?: number): Promise<void>;
  /** Waits until both servers are. */
  allUp(): Promise<void>;
  close(): Promise<void>;
}

export async function useBalancedLab(): Promise<BalancedLab> {
  const lab = await useLab('lb', balancedHosts);
  await lab.reset();
  await Promise.all(['web1', 'web2'].map((host) => serveWeb(lab, host)));
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-site-'));
  await symlink(fileURLToPath(new URL('../../../roles', import.meta.url)), join(folder, 'roles'));
  await writeFile(join(folder, 'inventory.ini'), lab.inventory);
  const ask = (commands: string) =>
    lab.sh(
      'lb1',
      `perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Peer => "/run/haproxy/admin.sock"); print $s "$ARGV[0]\\n"; print while <$s>' '${commands}'`,
    );
  const servers = async () => {
    const lines = (await ask('show stat')).split('\n').map((line) => line.split(','));
    return lines
      .filter(([proxy, name]) => proxy === 'web' && name !== 'BACKEND')
      .map((cells) => `${cells[1]} ${cells[17]} ${cells[4]}`);
  };
  const until = async (what: () => Promise<boolean>, seconds = 30) => {
    const limit = performance.now() + seconds * 1000;
    while (!(await what())) {
      if (performance.now() > limit) throw new Error(`not within ${seconds} s: ${await servers()}`);
      await sleep(100);
    }
  };
  const run = async (plays: readonly object[], ...args: string[]) => {
    await writeFile(join(folder, 'site.yml'), JSON.stringify(plays));
    return runPlaybook(folder, 'site.yml', ['-i', 'inventory.ini', ...args]);
  };
  return {
    ...{ lab, ask, servers, until },
    play: run,
    url: `http://${lab.host('lb1').address}/`,
    async converge(params, ...args) {
      const given = {
        identify: true,
        frontends: [{ name: 'www', port: 80, backend: 'web' }],
        backends: [{ name: 'web' }],
        ...params,
      };
      const play = { name: 'lb', hosts: 'lb', become: true, vars: { load_balancer: given } };
      return run([{ ...play, roles: ['load-balancer'] }], ...args);
    },
    allUp: () => until(async () => (await servers()).every((line) => line.split(' ')[1] === 'UP')),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Names of tasks and handlers, without the name of the role, with what became of them. */
export function statuses(run: PlaybookRun): Record<string, string> {
  return Object.fromEntries(
    run.tasks.map(({ task, status }) => [task.replace('load-balancer : ', ''), status]),
  );
}

/** Those that changed something, in order; the output of the run where it failed. */
export function changed(run: PlaybookRun): string[] {
  if (run.exitStatus !== 0) return [run.stdout, run.stderr];
  return Object.entries(statuses(run)).flatMap(([task, status]) =>
    status === 'changed' ? [task] : [],
  );
}

/** A balancer-to-be and two web servers with nginx. */
const balancedHosts = [
  { name: 'lb1', groups: ['lb'], packages },
  { name: 'web1', groups: ['web'], packages: [...packages, 'nginx'] },
  { name: 'web2', groups: ['web'], packages: [...packages, 'nginx'] },
];

/** nginx that says who it is, is healthy, and has an answer that takes minutes. */
async function serveWeb(lab: TestLab, host: string): Promise<void> {
  await lab.sh(
    host,
    `cat >/etc/nginx/sites-enabled/default <<'END'
server {
  listen 80 default_server;
  root /srv/web;
  add_header X-Served-By-Web ${host} always;
  location = /healthz { return 200 "ok\\n"; }
  location = /echo { return 200 "$http_x_forwarded_for|$http_x_forwarded_proto|$http_x_request_id\\n"; }
  location = /slow { limit_rate 1k; }
}
END
mkdir -p /srv/web; echo ${host} >/srv/web/index.html; head -c 100000 /dev/zero >/srv/web/slow
systemctl restart nginx`,
  );
}
