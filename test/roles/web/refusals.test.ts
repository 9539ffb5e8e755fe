import { expect, test } from 'vitest';
import { refusals } from '../support/refusals.ts';

const hosts = `all:
  children:
    web:
      hosts:
        web1: { ansible_host: 10.0.0.11 }
    web_servers:
      hosts:
        web2: { ansible_host: 10.0.0.12 }
`;

/** A play whose lines of `sites` begin in line 5, column 9. */
const play = (lines: string) => `- hosts: web
  roles:
    - role: web
      sites:
${lines.replaceAll(/^/gm, '        ')}
`;

const ask = (text: string) => refusals({ 'hosts.yml': hosts, 'site.yml': text });

const site = '- name: foobar\n  serverNames: [www.foobar.com]\n  root: /srv/www\n';

test('what is right is not refused', async () => {
  expect(await ask(play(site))).toEqual([]);
});

test.each<[string, string, string]>([
  [
    'a misspelt key, at its place',
    play(`${site}  serverName: [a]`),
    "unknown-parameter site.yml:8:11 web: there is no parameter 'sites[0].serverName' (did you mean serverNames)",
  ],
  [
    'a value that does not fit',
    play(`${site}  listen: 99999`),
    "invalid-parameter site.yml:8:19 web: 'sites[0].listen' is 99999",
  ],
  [
    'a missing key',
    play('- name: foobar\n  root: /srv/www'),
    "missing-parameter site.yml:5:11 web: the parameter 'sites[0].serverNames' is missing",
  ],
  [
    'a name that two sites have',
    play(`${site}- name: other\n  serverNames: [a, www.foobar.com]\n  root: /srv/x`),
    "invalid-parameter site.yml:9:28 web: 'www.foobar.com' on port 80 is answered by site 'foobar' already",
  ],
  [
    'an upstream that is not there',
    `${play(`${site}  upstream: ap`)}      upstreams: [{ name: app, servers: { group: web, port: 1 } }]\n`,
    "invalid-parameter site.yml:8:21 web: no upstream is called 'ap' (did you mean app)",
  ],
  [
    'a group that is not there',
    `${play(site)}      upstreams: [{ name: app, servers: { group: web_server, port: 1 } }]\n`,
    "invalid-parameter site.yml:9:50 web: there is no group 'web_server' (did you mean web_servers)",
  ],
])('%s', async (_, text, problem) => {
  expect(await ask(text)).toEqual([problem]);
});

test('R7: a port on which the role that is asked for does not answer', async () => {
  const upstream = (port: number) =>
    `${play('- name: a\n  serverNames: [a]\n  upstream: next')}      upstreams: [{ name: next, servers: { role: web, port: ${port} } }]
- hosts: web_servers
  roles: [{ role: web, sites: [{ name: b, serverNames: [b], root: /srv/b }] }]
`;
  expect(await ask(upstream(80))).toEqual([]);
  expect(await ask(upstream(81))).toEqual(
    ['web1', 'web2'].map(
      (host) =>
        `port-unpublished site.yml:8:42 web: the role 'web' does not answer on port 81/tcp of ${host}`,
    ),
  );
});

test('parameters in group_vars are refused at their place there', async () => {
  const problems = await refusals({
    'hosts.yml': hosts,
    'site.yml': '- hosts: web\n  roles: [web]\n',
    'group_vars/web.yml': 'web:\n  sites:\n    - name: foobar\n      serverNames: [a]\n',
  });
  expect(problems).toEqual([
    "invalid-parameter group_vars/web.yml:3:7 web: site 'foobar' serves nothing",
  ]);
});
