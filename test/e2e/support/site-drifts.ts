import type { Infrastructure } from './infrastructure.ts';

/** Something done by hand to a host of an infrastructure. */
export interface SiteDrift {
  readonly what: string;
  readonly group: string;
  /** Which host of the group. */
  readonly at: 'first' | 'last';
  readonly script: string;
}

/** One statement as root. */
const sql = (statement: string) => `$(command -v mariadb || echo mysql) -N -e "${statement}"`;
const account = `'foobar'@'$(${sql("SELECT host FROM mysql.user WHERE user = 'foobar'")})'`;

/** In this order: the primary restarts before its replica stops. */
const drifts: readonly SiteDrift[] = [
  {
    what: 'a server setting that needs a restart',
    ...{ group: 'databases', at: 'first' },
    script: `sed -i 's/^bind_address.*/bind_address = 0.0.0.0/' /etc/mysql/*.conf.d/zz-rolecall.cnf
systemctl restart mysql 2>/dev/null || systemctl restart mariadb || exit
timeout 60 sh -c 'until ${sql('SELECT @@read_only')} | grep -q 0; do sleep 0.5; done'`,
  },
  {
    what: 'a grant too many',
    ...{ group: 'databases', at: 'first' },
    script: sql(`GRANT DROP ON *.* TO ${account}`),
  },
  {
    what: 'SET GLOBAL',
    ...{ group: 'databases', at: 'last' },
    script: sql('SET GLOBAL max_connections = 77'),
  },
  {
    what: 'a stopped replica',
    ...{ group: 'databases', at: 'last' },
    script: sql('STOP REPLICA'),
  },
  {
    what: 'content of a file',
    ...{ group: 'web', at: 'first' },
    script: 'echo "# by hand" >>/etc/nginx/nginx.conf',
  },
  {
    what: 'mode of a file',
    ...{ group: 'web', at: 'last' },
    script: 'chmod 0600 /etc/nginx/nginx.conf',
  },
  {
    what: 'a stopped service',
    ...{ group: 'web', at: 'last' },
    script: 'systemctl stop nginx',
  },
  {
    what: 'a release of somebody else',
    ...{ group: 'web', at: 'first' },
    script: `cp -a "$(readlink -f /srv/foobar/current)" /srv/foobar/releases/by-hand
ln -sfn releases/by-hand /srv/foobar/current`,
  },
  {
    what: 'a user',
    ...{ group: 'app', at: 'first' },
    script: 'usermod --shell /bin/sh foobar',
  },
  {
    what: 'owner of a file',
    ...{ group: 'app', at: 'first' },
    script: 'chown daemon /etc/foobar/environment',
  },
  {
    what: 'a deleted unit',
    ...{ group: 'app', at: 'last' },
    script: 'rm /etc/systemd/system/foobar.service; systemctl daemon-reload',
  },
  {
    what: 'a deleted file',
    ...{ group: 'app', at: 'last' },
    script: 'rm /etc/foobar/secrets',
  },
  {
    what: 'a purged package',
    ...{ group: 'load_balancers', at: 'first' },
    script: 'DEBIAN_FRONTEND=noninteractive apt-get purge -qq -y haproxy >/dev/null',
  },
  {
    what: 'a service that no longer starts at boot',
    ...{ group: 'code', at: 'first' },
    script: 'systemctl disable -q nginx',
  },
  {
    what: 'a deleted archive',
    ...{ group: 'code', at: 'first' },
    script: 'rm /srv/releases/foobar/*.tar.gz',
  },
  {
    what: 'a deleted zone',
    ...{ group: 'dns', at: 'first' },
    script: 'rm /etc/nsd/zones/*.zone',
  },
  {
    what: 'a service that is disabled and stopped',
    ...{ group: 'dns', at: 'first' },
    script: 'systemctl disable -q --now nsd',
  },
];

/** Does to the hosts what can be done to them; returns what was done. */
export async function drift(site: Infrastructure): Promise<readonly SiteDrift[]> {
  const possible = drifts.filter(({ group }) => site.group(group).length > 0);
  for (const { group, at, script } of possible) {
    await site.sh(site.group(group).at(at === 'first' ? 0 : -1)!, script);
  }
  return possible;
}
