import { describe, expect, test } from 'vitest';
import { siteFolder } from './site-folder.ts';
import { rolecall } from './support.ts';

const folder = siteFolder();
const audit = (...words: string[]) => rolecall(['audit', '-i', 'hosts.yml', ...words], folder);

describe('rolecall audit', { timeout: 60_000 }, () => {
  test.concurrent('reads playbooks/site.yml and says what it found, within 80 columns', async () => {
    const ended = await audit();
    expect(ended).toMatchObject({ status: 3, stderr: '' });
    expect(ended.stdout).toBe(`high    single-point-of-failure  stock1
        Without it nothing works: shop has nothing left for 'stock'.
        → A second host that answers on port 5432, named as an alternative for
          'stock'.

high    no-shared-address  shop1, shop2 (shop)
        Clients that know the address of the one that fails do not reach the
        others.
        → One address that moves between them (VIP, keepalived).

high    no-firewall  stock1
        Every port is open to who reaches the host.
        → A role that drops what the edges between roles do not ask for
          (nftables).

high    no-https  shop1, shop2 (shop)
        Passwords and pages of users can be read and changed on their way.
        → TLS with a certificate on shop1, shop2, and a redirect from port 80.

Not judged, without a typed role: stock1.
4 findings on 3 hosts: 4 high, 0 medium, 0 low
`);
  });

  const high = ['single-point-of-failure', 'no-shared-address', 'no-firewall', 'no-https'];
  const cases: [string[], number, string][] = [
    [['--accept', high.join(',')], 0, '0 findings on 3 hosts: 0 high, 0 medium, 0 low, 4 accepted'],
    [['--accept', high.slice(1).join(',')], 3, '1 finding on 3 hosts: 1 high'],
    [['--accept', 'no-backup'], 3, 'Accepted and not found (leave out): no-backup.'],
    [['one.yml', '--fail-on', 'low'], 3, 'single-point-of-failure  shop1 (shop)'],
  ];

  test.concurrent.each(cases)('%j ends with %i', async (words, status, stdout) => {
    expect(await audit(...words)).toMatchObject({
      status,
      stdout: expect.stringContaining(stdout),
    });
  });

  test.concurrent('--json is for machines', async () => {
    const { stdout, status } = await audit('--json', '--accept', 'no-https');
    const report = JSON.parse(stdout);
    expect(status).toBe(3);
    expect(report).toMatchObject({
      version: 1,
      playbooks: ['playbooks/site.yml'],
      hosts: [
        { name: 'shop1', roles: ['shop'] },
        { name: 'shop2', roles: ['shop'] },
        { name: 'stock1', roles: [] },
      ],
      counts: { high: 3, medium: 0, low: 0 },
      accepted: [{ code: 'no-https' }],
      undescribed: ['stock1'],
    });
    expect(report.findings[0]).toEqual({
      code: 'single-point-of-failure',
      severity: 'high',
      hosts: ['stock1'],
      lost: ['everything'],
      effect: "Without it nothing works: shop has nothing left for 'stock'.",
      change: "A second host that answers on port 5432, named as an alternative for 'stock'.",
    });
  });

  const refused: [string[], string][] = [
    [['--accept', 'no-htps'], "did you mean 'no-https'?"],
    [['--fail-on', 'worst'], 'Allowed choices are high, medium, low'],
    [['wrong.yml'], "did you mean 'port'?"],
  ];

  test.concurrent.each(refused)('%j is refused', async (words, stderr) => {
    expect(await audit(...words)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(stderr),
    });
  });
});
