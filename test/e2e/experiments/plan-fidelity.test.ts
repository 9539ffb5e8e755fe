import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { applySite, type Fidelity, fidelityOf, planSite } from '../support/fidelity.ts';
import { type Infrastructure, marksOf, useInfrastructure } from '../support/infrastructure.ts';
import { drift } from '../support/site-drifts.ts';
import { print } from '../support/stand-up.ts';

/** Plan fidelity: what a plan says is what apply does, on hosts in whatever state. */
describe.each([
  ['active-passive', ['lb1', 'web1', 'web2', 'app1', 'code1']],
  ['full-stack-pair', ['server2', 'server3']],
  ['split-tiers', ['lb1', 'web1', 'app1', 'db1', 'db2']],
  ['split-tiers-mariadb', ['lb1', 'web1', 'app1', 'db1', 'db2']],
  ['three-algorithms', ['lb1', 'server1', 'server2', 'db3']],
  ['foobar', ['dns1', 'lb1', 'web1', 'web2', 'app1', 'app2']],
])('%s', (name, begunAnew) => {
  let site: Infrastructure;

  beforeAll(async () => {
    site = await useInfrastructure(name);
  });

  test('virgin hosts', async () => {
    await site.reset();
    const listings = () => Promise.all(site.hosts.map((host) => site.sh(host.name, everyFile)));
    const before = await listings();
    const planned = await planSite(site);
    expect(await listings()).toEqual(before);
    exact('virgin', fidelityOf(planned, await applySite(site, planned)));
    await nothingLeft();
  }, 900_000);

  test('half-converged hosts', async () => {
    await site.reset(...begunAnew);
    const { plan } = await planSite(site);
    const changes = plan.steps.filter(({ status }) => status === 'changed').length;
    const point = Math.floor(changes * (0.2 + 0.6 * Math.random()));
    const running = site.start('site.yml');
    while (changed() < point && running.child.exitCode === null) await sleep(50);
    running.child.kill('SIGKILL');
    const seen = changed();
    await running.ended;
    await Promise.all(site.hosts.map((host) => site.sh(host.name, idle)));
    print('plan', `${name}: killed behind ${seen} changes of ${changes}`);
    await plannedAndApplied('half-converged');

    function changed(): number {
      return running
        .events()
        .filter((event) => event.event === 'host-task-finished')
        .filter((event) => event.outcome!.status === 'changed').length;
    }
  }, 900_000);

  test('drifted hosts', async () => {
    const drifts = await drift(site);
    print('plan', `${name}: ${drifts.length} drifts: ${drifts.map(({ what }) => what).join(', ')}`);
    await plannedAndApplied('drifted');
  }, 900_000);

  async function plannedAndApplied(state: string): Promise<void> {
    const before = await marksOf(site);
    const planned = await planSite(site);
    expect(await marksOf(site)).toEqual(before);
    exact(state, fidelityOf(planned, await applySite(site, planned)));
    await nothingLeft();
  }

  async function nothingLeft(): Promise<void> {
    const { plan } = await planSite(site);
    expect(plan.steps.filter(({ status }) => status !== 'ok')).toEqual([]);
  }

  function exact(state: string, found: Fidelity): void {
    const { hosts, steps, predicted, applied, unknown, unknownChanged } = found;
    const share = ((100 * unknown.length) / steps).toFixed(1);
    print(
      'plan',
      `| ${name} | ${state} | ${hosts} | ${steps} | ${predicted} | ${applied} | ${unknown.length} (${unknownChanged} changed) | ${share} % |`,
    );
    for (const step of unknown) print('plan', `unknown: ${step}`);
    expect({ missing: found.missing, surprising: found.surprising }).toEqual({
      missing: [],
      surprising: [],
    });
  }
});

/** Once booted: every file, with the time when it last changed; logins and logs left out. */
const everyFile = `timeout 60 systemctl is-system-running --wait >/dev/null
find / -xdev \\( -path /dev -o -path /proc -o -path /sys -o -path /var/log -o -path /tmp -o -path /var/tmp -o -path /var/lib/systemd \
  -o -path /var/lib/wtmpdb -o -path /var/lib/lastlog \\) -prune -o -type d -printf '%p %m %U %G\\n' -o -printf '%p %C@ %m %U %G %s\\n' | sort`;

/** What a killed run had begun goes on for a while: a plan of it would be of a host that moves. */
const idle = `timeout 300 sh -c 'while pgrep -u deploy >/dev/null || pgrep -x "apt-get|dpkg" >/dev/null; do sleep 0.5; done'`;
