import { reported } from './drifts.ts';

const placeOf: Readonly<Record<string, string>> = {
  'Say what the host is for': '/etc/motd',
  'Link to the newest check': '/etc/operations\\.current',
  'Let operators become root': '/etc/sudoers\\.d/operators',
};

/** Lines of a comparison of trees, `HOST SIGN PATH: …`, that no correction is to undo, and why. */
export const servedByThemselves: readonly RegExp[] = [
  // Left to people.
  ...reported.map(({ host, finds }) => new RegExp(`^${host} ~ ${placeOf[finds[0]!]}:`)),
  // What databases write of their own.
  /^db\d [~+-] \/var\/lib\/mysql\//,
  // What apt and dpkg keep of what they did: a package was purged and installed again.
  /^(web2|db2|backup1) [~+-] \/var\/(cache\/apt|lib\/apt|lib\/dpkg|cache\/debconf|backups)\//,
  // A group that was deleted is the last one now.
  /^db2 ~ \/etc\/g(roup|shadow):/,
  // The last state but one, as the tools for accounts keep it.
  /^\w+ [~+] \/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-:/,
  // The time of the last gate is in the name of its mark.
  /^app1 [~+-] \/srv\/foobar\/\.good/,
  // crontab(1) writes the time above what it is given.
  /^(app1|dns1|backup1) ~ \/var\/spool\/cron\/crontabs\/root:/,
  // The serial of a zone goes up with each writing.
  /^dns1 ~ (\/etc\/nsd\/zones\/foobar\.com\.zone|\/var\/lib\/nsd\/xfrd\.state):/,
];

/** Services that a drift stopped, by host. */
export const restarted: readonly (readonly [host: string, unit: string])[] = [
  ['web1', 'nginx'],
  ['web2', 'nginx'],
  ['app1', 'foobar'],
  ['dns1', 'nsd'],
  ['backup1', 'cron'],
];
