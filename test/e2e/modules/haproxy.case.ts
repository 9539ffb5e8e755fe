import type { ModuleCase } from './case.ts';

const socket = '/run/haproxy/admin.sock';
const ask = (commands: string) =>
  `perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Peer => "${socket}"); print $s "$ARGV[0]\\n"; print while <$s>' '${commands}'`;

/** haproxy: servers that nothing answers for, so that no check interferes. */
export const cases: ModuleCase[] = [
  {
    name: 'drained, no session left',
    module: 'haproxy',
    needs: ['haproxy'],
    absent: `cat >/etc/haproxy/haproxy.cfg <<'END'
global
    stats socket ${socket} mode 660 level admin
    user haproxy
    group haproxy
defaults
    mode http
    timeout connect 1s
    timeout client 1s
    timeout server 1s
backend web
    server web1 127.0.0.1:65001 weight 4
    server web2 127.0.0.1:65002
    server web3 127.0.0.1:65003 weight 4
frontend www
    bind 127.0.0.1:65000
    default_backend web
END
systemctl restart haproxy`,
    present: { host: 'web1', state: 'drain', wait: true, wait_interval: 1, socket },
    changedByHand: ask('set server web/web1 state ready'),
    verify: `${ask('show stat')} | grep -q '^web,web1,.*DRAIN'`,
    userland: ['debian'],
  },
  {
    name: 'in maintenance after a drain',
    module: 'haproxy',
    present: {
      host: 'web2',
      backend: 'web',
      state: 'disabled',
      drain: true,
      wait_interval: 1,
      socket,
    },
    changedByHand: ask('set server web/web2 state ready'),
    verify: `${ask('show stat')} | grep -q '^web,web2,.*MAINT'`,
    userland: ['debian'],
  },
  {
    name: 'in service with another weight',
    module: 'haproxy',
    absent: ask('disable server web/web3'),
    present: {
      host: 'web3',
      state: 'enabled',
      weight: '50%',
      wait: true,
      wait_interval: 1,
      socket,
    },
    changedByHand: ask('set weight web/web3 4'),
    verify: `${ask('get weight web/web3')} | grep -q '^2 '`,
    userland: ['debian'],
  },
];
