import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSiteModel } from '../../src/cli/site-options.ts';
import { audit } from '../../src/site/audit/audit.ts';
import { siteSvg } from '../../src/site/graph/svg.ts';
import type { SiteModel } from '../../src/site/model.ts';

const root = join(import.meta.dirname, '../..');

/** What `npm run example:build` makes, which need not have been run. */
const anyRelease = { artifact: 'foobar.tar.gz', sha256: '0'.repeat(64), id: 'any' };

/** What fails when one host does, in each infrastructure of this project: `HOST ROLE: LOST`. */
const expected: Readonly<Record<string, string[]>> = {
  'active-passive': [
    'lb1 load-balancer: everything',
    'app1 app: upstream app',
    'db1 database: writes',
  ],
  'full-stack-pair': ['server3 load-balancer: everything', 'server1 database: writes'],
  'split-tiers': [
    'lb1 load-balancer: everything',
    'app1 app: upstream app',
    'db1 database: writes',
  ],
  'split-tiers-mariadb': [
    'lb1 load-balancer: everything',
    'app1 app: upstream app',
    'db1 database: writes',
  ],
  'three-algorithms': ['lb1 load-balancer: everything', 'db1 database: writes'],
  foobar: ['dns1 dns: names', 'lb1 load-balancer: everything', 'db1 database: writes'],
};

describe.each(Object.entries(expected))('inventory/%s', (name, points) => {
  let model: SiteModel;

  beforeAll(async () => {
    const inventory = [join(root, 'inventory', name)];
    const extraVars = [JSON.stringify({ foobar_release: anyRelease })];
    ({ model } = await readSiteModel([join(root, 'playbooks/site.yml')], { inventory, extraVars }));
  }, 60_000);

  test('its single points of failure', () => {
    const found = audit(model).findings.filter(({ code }) => code === 'single-point-of-failure');
    expect(found.map(({ hosts, role, lost }) => `${hosts} ${role}: ${lost}`)).toEqual(points);
  });

  test('every role of it is described, and can be drawn', () => {
    expect(model.hosts.filter(({ roles }) => roles.length === 0)).toEqual([]);
    const svg = siteSvg(model, name);
    for (const { name: host } of model.hosts) expect(svg).toContain(`>${host}</text>`);
  });
});

test('no infrastructure is left out', () => {
  const folders = readdirSync(join(root, 'inventory')).filter((name) => name !== 'demo');
  expect(folders.sort()).toEqual(Object.keys(expected).sort());
});
