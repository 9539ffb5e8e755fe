import { describe, expect, test } from 'vitest';
import { refusals } from '../support/refusals.ts';

const hosts = `all:
  children:
    app: { hosts: { app1: {}, app2: {} } }
    code: { hosts: { code1: {} } }
    databases: { hosts: { db1: {} } }
`;
const site = `- hosts: code
  roles: [release, web]
- hosts: app
  roles: [app]
`;
const sha256 = 'a'.repeat(64);
const code = `release:
  application: small
  artifact: small.tar.gz
  sha256: ${sha256}
  publish: {}
`;
const web = `web:
  sites: [{ name: code, serverNames: [code1], listen: 8080, root: /srv/releases }]
`;
const given = `app:
  application: small
  release: { artifact: small.tar.gz }
`;

const refused = (app: string, release = code) =>
  refusals({
    'hosts.yml': hosts,
    'site.yml': site,
    'group_vars/app.yml': app,
    'group_vars/code.yml': release.includes('web:') ? release : release + web,
  });

describe('before any connection is opened', () => {
  test('what is right is accepted', async () => {
    const secret = `  secrets: { TOKEN: "{{ lookup('env', 'HOME') }}" }\n`;
    expect(await refused(given + secret)).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    [
      'a misspelt parameter',
      `${given}  relese: x\n`,
      code,
      'unknown-parameter group_vars/app.yml:4:3 .*relese.*did you mean release',
    ],
    [
      'a misspelt key at depth',
      `${given}  service:\n    stopTimout: 30s\n`,
      code,
      'unknown-parameter group_vars/app.yml:5:5 .*stopTimout.*did you mean stopTimeout',
    ],
    [
      'too few releases',
      `${given}  keep: 1\n`,
      code,
      'invalid-parameter group_vars/app.yml:4:9 .*keep',
    ],
    [
      'root',
      `${given}  service: { user: root }\n`,
      code,
      "group_vars/app.yml:4:20 .*the service is to run as 'root'",
    ],
    [
      'all servers at once',
      `${given}  rollout: { serial: 2 }\n`,
      code,
      'group_vars/app.yml:4:22 .*serial 2 would take all 2 servers of small at once',
    ],
    [
      'a way out of the release',
      `${given}  shared: [uploads, ../../etc]\n`,
      code,
      "group_vars/app.yml:4:21 .*'../../etc' is no plain path within a release",
    ],
    [
      'R8: a secret in plain text',
      `${given}  secrets: { TOKEN: hunter2 }\n`,
      code,
      'group_vars/app.yml:4:21 .*TOKEN',
    ],
    [
      'R7: a central place that serves files on another port',
      `app:\n  application: small\n  release: { artifact: small.tar.gz, sha256: ${sha256} }\n  codebase: { from: central, host: code1 }\n`,
      `${code}web:\n  sites: [{ name: code, serverNames: [code1], listen: 8081, root: /srv/releases }]\n`,
      'group_vars/app.yml:4:36 .*8080.*code1',
    ],
    [
      'a database on a host that is not there',
      `${given}  database: { primary: db9, name: d, user: u, password: "{{ lookup('env', 'HOME') }}" }\n`,
      code,
      "group_vars/app.yml:4:24 .*the inventory has no host 'db9'",
    ],
    [
      'a central place without checksum',
      `${given}  codebase: { from: central, host: code1 }\n`,
      code,
      "group_vars/app.yml:3:12 .*the release 'small.tar.gz' has no sha256",
    ],
    [
      'a host that publishes nothing',
      `app:\n  application: small\n  release: { artifact: small.tar.gz, sha256: ${sha256} }\n  codebase: { from: central, host: cod1 }\n`,
      code,
      'group_vars/app.yml:4:36 .*cod1 does not publish small.*did you mean code1',
    ],
    [
      'an archive published without checksum',
      given,
      'release:\n  application: small\n  artifact: small.tar.gz\n  publish: {}\n',
      "group_vars/code.yml:4:12 .*'small.tar.gz' is to be published without sha256",
    ],
  ])('%s', async (_, app, release, says) => {
    const problems = await refused(app, release);
    expect(problems.join('\n')).toMatch(new RegExp(says, 's'));
  });
});
