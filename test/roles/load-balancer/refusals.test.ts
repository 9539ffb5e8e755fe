import { expect, test } from 'vitest';
import role from '../../../roles/load-balancer/role.ts';
import { refusals } from '../support/refusals.ts';

const hosts = `lb:
  hosts:
    lb1: { ansible_host: 10.0.0.5 }
web:
  hosts:
    web1: { ansible_host: 10.0.0.11 }
    web2: { ansible_host: 10.0.0.12 }
`;
const site = `- hosts: lb
  gather_facts: false
  roles: [load-balancer]
`;
const given = (text: string) => ({
  'hosts.yml': hosts,
  'site.yml': site,
  'group_vars/lb.yml': text,
});
const usual = `load_balancer:
  frontends: [{ name: www, port: 80, backend: web }]
  backends:
    - name: web
`;

test.each<[string, string, string[]]>([
  ['nothing wrong', usual, []],
  [
    'a misspelt parameter',
    `${usual}      algoritm: source\n`,
    [
      "unknown-parameter group_vars/lb.yml:5:7 load-balancer: there is no parameter 'backends[0].algoritm' (did you mean algorithm)",
    ],
  ],
  [
    'R1',
    `${usual}      topology: active-passive\n`,
    [
      "invalid-parameter group_vars/lb.yml:5:17 load-balancer: backend 'web' is active-passive with 2 active servers (web1, web2)",
    ],
  ],
  [
    'a backend that does not exist',
    usual.replace('backend: web', 'backend: wep'),
    [
      expect.stringMatching(
        /group_vars\/lb.yml:2:\d+ .*'wep', which does not exist \(did you mean web\)/,
      ),
      expect.stringMatching(/group_vars\/lb.yml:4:\d+ .*no frontend refers to the backend 'web'/),
    ],
  ],
])('%s', async (_, text, problems) => {
  expect(await refusals(given(text))).toEqual(problems);
});

test('R7: servers on a port that their role does not answer on', async () => {
  const web = `- hosts: web
  gather_facts: false
  roles:
    - role: web
      sites: [{ name: a, serverNames: [a.example], root: /srv/a }]
`;
  const files = given(`${usual}      servers: { role: web, port: 8080 }\n`);
  expect(await refusals({ ...files, 'site.yml': site + web })).toEqual([
    expect.stringMatching(/group_vars\/lb.yml:5:\d+ .*8080/),
    expect.stringMatching(/group_vars\/lb.yml:5:\d+ .*8080/),
  ]);
  expect(await refusals({ ...files, 'group_vars/lb.yml': usual, 'site.yml': site + web })).toEqual(
    [],
  );
});

test.each(role.examples.map((example, index) => [index, example] as const))(
  'example %i of the README is accepted',
  async (_, example) => {
    const hosts = `lb:
  hosts:
    lb1: { ansible_host: 10.0.0.5 }
web:
  hosts:
    web1: { ansible_host: 10.0.0.21 }
    web2: { ansible_host: 10.0.0.22 }
replicas:
  hosts:
    db2: { ansible_host: 10.0.0.31 }
`;
    expect(await refusals({ 'hosts.yml': hosts, 'site.yml': example })).toEqual([]);
  },
);
