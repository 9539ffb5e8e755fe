import { expect, test } from 'vitest';
import { releaseMigratedModule } from '../../../roles/app/migrate.ts';
import { newFolder } from '../../../roles/release/states.ts';
import type { Change } from '../../../src/modules/contract.ts';
import { decideOn } from '../../modules/support/converge.ts';
import { decisionTable } from '../../modules/support/decisions.ts';

const given = {
  artifact: 'small.tar.gz',
  root: '/srv/small',
  user: 'small',
  environmentFiles: ['/etc/small/environment', '/etc/small/secrets'],
  writable: ['/srv/small/shared/uploads'],
  command: ['node', 'server.mjs', 'migrate', '--title=a b'],
  timeoutMs: 600_000,
  identity: { id: 'v2', sha256: 'a'.repeat(64) },
};
const done = 'path /srv/small/releases/v2/.release-migrated';

decisionTable(releaseMigratedModule, () => ({ exists: false }), [
  {
    name: 'a release that has not migrated: as the service would run, marked when it has ended well',
    args: given,
    kind: 'change',
    says: 'migrate: node server.mjs migrate --title=a b of v2',
    runs: [
      'systemd-run',
      '--uid=small',
      '--working-directory=/srv/small/releases/v2',
      'EnvironmentFile=/etc/small/environment',
      'EnvironmentFile=/etc/small/secrets',
      'ReadWritePaths=/srv/small/shared/uploads',
      "-- node server.mjs migrate '--title=a b' || exit 1",
      'touch /srv/small/releases/v2/.release-migrated',
    ],
    predicts: { [done]: { exists: true } },
  },
  {
    name: 'each release migrates once',
    args: given,
    observed: { [done]: newFolder },
    kind: 'unchanged',
  },
]);

test.each([
  [0, 'created 2 tables', '', undefined],
  [1, '', 'ECONNREFUSED db1:3306', /migration of v2 failed, nothing was switched: ECONNREFUSED/],
  [1, 'table is locked', '', /nothing was switched: table is locked/],
  [7, '', '', /nothing was switched: status 7/],
])('a migration that ends with %i', (status, stdout, stderr, says) => {
  const decision = decideOn(releaseMigratedModule, given, () => ({ exists: false })) as Change;
  const output = { status, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
  const { failed, result } = decision.complete!([{ ...output, truncated: false }]);
  expect(result).toEqual({ stdout });
  if (says === undefined) expect(failed).toBeUndefined();
  else expect(failed).toMatch(says);
});
