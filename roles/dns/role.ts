import { apt, bringsUnit, defineRole, service, systemd, template } from 'rolecall';
import { decisions } from './decisions.ts';
import { nsdConf, zonePath } from './nsd-conf.ts';
import { params } from './params.ts';
import { dnsProblems } from './rules.ts';
import { zoneFile } from './zone-file.ts';
import { dnsZone } from './zone-module.ts';

export default defineRole({
  name: 'dns',
  summary: 'NSD: a zone whose addresses come from the inventory and whose serial only goes up.',
  params,
  examples: [
    `- hosts: dns
  roles:
    - role: dns
      zone: foobar.com
      records:
        - { name: '@', role: load-balancer }
        - { name: www, role: load-balancer }
        - { name: shop, type: CNAME, value: www }
        - { name: '@', type: TXT, value: v=spf1 -all }
`,
    `- hosts: dns
  roles: [dns]
  vars:
    dns:
      zone: corp.test
      ttl: 1h
      nameservers:
        - { name: ns1, address: dns1 }
        - { name: ns.other.test. }
      secondaries: [192.0.2.53]
      allowQuery: [10.0.0.0/8, 'fd00::/8']
      records:
        - { name: db, value: db1, ttl: 30s }
        - { name: '@', type: MX, value: 10 mail.other.test. }
`,
  ],
  decisions,
  check: dnsProblems,
  publishes: () => [
    ...(['udp', 'tcp'] as const).map((protocol) => ({
      name: protocol === 'udp' ? 'dns' : 'dns-tcp',
      port: 53,
      protocol,
      purpose: 'names',
      reach: 'public' as const,
    })),
  ],
  handlers: () => ({
    restart: service('Restart nsd', { name: 'nsd', state: 'restarted' }),
    reload: service('Reload nsd', { name: 'nsd', state: 'reloaded' }),
  }),
  tasks: (context) => [
    apt(
      'Install nsd',
      { name: 'nsd', update_cache: true, cache_valid_time: 86_400 },
      { brings: [bringsUnit('nsd')] },
    ),
    dnsZone(
      'Write the zone',
      {
        zone: context.params.zone,
        path: zonePath(context.params),
        text: zoneFile(context),
        atLeast: context.params.serial,
      },
      { notify: context.handlers.reload },
    ),
    template(
      'Configure nsd',
      {
        dest: '/etc/nsd/nsd.conf.d/rolecall.conf',
        content: nsdConf(context),
        mode: '0644',
        validate: 'nsd-checkconf %s',
      },
      { notify: context.handlers.restart },
    ),
    systemd('Run nsd', { name: 'nsd', state: 'started', enabled: true, masked: false }),
  ],
});
