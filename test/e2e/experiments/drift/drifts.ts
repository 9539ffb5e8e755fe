/** What somebody, or something, did to a host behind the back of the playbooks. */
export interface Drift {
  readonly kind: string;
  readonly host: string;
  readonly script: string;
  /** All tasks that find it, one of them by its nature more than one. */
  readonly finds: readonly string[];
  /** Whose task it is, where one host's task is done on another. */
  readonly foundFor?: string;
}

const sql = (statements: string) => `mysql -e ${JSON.stringify(statements)}`;
const releases = 'cd /srv/foobar/releases';

export const drifts: readonly Drift[] = [
  // The load balancer.
  {
    ...{ kind: 'content', host: 'lb1', finds: ['Configure HAProxy'] },
    script: "sed -i 's/roundrobin/leastconn/' /etc/haproxy/haproxy.cfg",
  },
  {
    ...{ kind: 'disabled service', host: 'lb1', finds: ['Run HAProxy, now and at boot'] },
    script: 'systemctl disable haproxy',
  },
  {
    ...{ kind: 'mode', host: 'lb1', finds: ['Cut the sessions of servers that go down'] },
    script: 'chmod 0666 /etc/haproxy/*.lua',
  },
  {
    ...{ kind: 'state at run time', host: 'lb1', finds: ['Put servers in and out of service'] },
    script:
      'perl -MIO::Socket::UNIX -e \'$s = IO::Socket::UNIX->new("/run/haproxy/admin.sock"); print $s "set server web/web2 state maint\\n"; print <$s>\'',
  },
  {
    ...{ kind: 'group', host: 'lb1' },
    finds: ['Add the group of operators', 'Make the folder of checks', 'Write the checks'],
    script: 'groupmod -g 4999 operators',
  },

  // Web servers.
  {
    ...{ kind: 'masked service', host: 'web1', finds: ['Run nginx'] },
    script: 'systemctl mask --now nginx',
  },
  {
    ...{ kind: 'link', host: 'web1', finds: ['Switch foobar to the release'] },
    script: 'ln -sfn releases/none /srv/foobar/current',
  },
  {
    ...{ kind: 'extra file in a managed folder', host: 'web1' },
    finds: ['Remove old releases of foobar'],
    script: `${releases} && mkdir .incoming.left && touch .incoming.left/half`,
  },
  {
    ...{ kind: 'user', host: 'web1', finds: ['Add the auditor', 'Let the auditor in'] },
    script: 'userdel -r auditor',
  },
  {
    ...{ kind: 'purged package', host: 'web2' },
    finds: ['Install nginx', 'Configure nginx'],
    script: 'DEBIAN_FRONTEND=noninteractive apt-get purge -qy nginx nginx-common',
  },
  {
    ...{ kind: 'deleted folder', host: 'web2', finds: ['Unpack the release of foobar'] },
    script: `${releases} && rm -r "$(basename "$(readlink ../current)")"`,
  },
  {
    ...{ kind: 'mode', host: 'web2', finds: ['Make /srv/foobar/releases'] },
    script: 'chmod 0777 /srv/foobar/releases',
  },
  {
    ...{ kind: 'sysctl', host: 'web2', finds: ['Keep connections that wait'] },
    script: "sed -i 's/1024/64/' /etc/sysctl.d/60-operations.conf",
  },

  // Application servers.
  {
    ...{ kind: 'stopped service', host: 'app1' },
    finds: ['Run foobar behind its health gate'],
    script: 'systemctl stop foobar',
  },
  {
    ...{ kind: 'content', host: 'app1', finds: ['Write the environment of foobar'] },
    script: 'echo DEBUG=1 >>/etc/foobar/environment',
  },
  {
    ...{ kind: 'owner', host: 'app1', finds: ['Write the secrets of foobar'] },
    script: 'chown nobody /etc/foobar/secrets',
  },
  {
    ...{ kind: 'cron entry', host: 'app1', finds: ['Look at the disks each hour'] },
    script: "crontab -l | sed 's/^17 /18 /' | crontab -",
  },
  {
    ...{ kind: 'disabled service', host: 'app2', finds: ['Start foobar at boot'] },
    script: 'systemctl disable foobar',
  },
  {
    ...{ kind: 'content', host: 'app2', finds: ['Write the unit of foobar'] },
    script:
      "sed -i 's/^NoNewPrivileges=.*/NoNewPrivileges=no/; $a# by hand' /etc/systemd/system/foobar.service; systemctl daemon-reload",
  },
  {
    ...{ kind: 'user', host: 'app2', finds: ['Add the user foobar'] },
    script: "sed -i 's#^\\(foobar:.*\\):[^:]*$#\\1:/bin/bash#' /etc/passwd",
  },
  {
    ...{ kind: 'link', host: 'app2', finds: ['Link to the newest check'] },
    script: 'ln -sfn /etc/shadow /etc/operations.current',
  },
  {
    ...{ kind: 'mode', host: 'app2', finds: ['Make /etc/foobar'] },
    script: 'chmod 0777 /etc/foobar',
  },

  // Databases.
  {
    ...{ kind: 'grant', host: 'db1', finds: ['Make the user foobar@$NET.%'] },
    script: sql("GRANT DROP, CREATE VIEW ON foobar.* TO 'foobar'@'$NET.%'"),
  },
  {
    ...{ kind: 'grant', host: 'db1', finds: ['Make the account replicator of replication'] },
    script: sql("GRANT ALL ON *.* TO 'replicator'@'$NET.%'"),
  },
  {
    ...{ kind: 'password', host: 'db1', finds: ['Make the account guard of replication'] },
    script: sql("ALTER USER 'guard'@'$NET.%' IDENTIFIED BY 'guessed'"),
  },
  {
    ...{ kind: 'user', host: 'db1', finds: ['Remove what old installations left behind'] },
    script: sql("CREATE USER ''@'localhost'"),
  },
  {
    ...{ kind: 'SET GLOBAL', host: 'db1', finds: ['Run with the declared settings'] },
    script: sql('SET GLOBAL sync_binlog = 0; SET GLOBAL max_connections = 77'),
  },
  {
    ...{ kind: 'firewall rule', host: 'db1', finds: ['Have these rules in use'] },
    script: 'nft insert rule inet guard input tcp dport 3306 accept',
  },
  {
    ...{ kind: 'stopped service', host: 'db1', finds: ['Take backups when it is time'] },
    script: 'systemctl stop rolecall-backup.timer',
  },
  {
    ...{ kind: 'extra file in a managed folder', host: 'db1' },
    finds: ['Remove what else is in the folder of checks'],
    script: 'mkdir /etc/operations/.hidden && touch /etc/operations/.hidden/x',
  },
  {
    ...{ kind: 'stopped replica', host: 'db2', finds: ['Follow the primary'] },
    script: sql('STOP REPLICA'),
  },
  {
    ...{ kind: 'masked service', host: 'db2', finds: ['Start the database server at boot'] },
    script: 'systemctl mask mysql',
  },
  {
    ...{ kind: 'purged package', host: 'db2' },
    finds: [
      'Install nftables',
      'Write the rules',
      'Load the rules at boot',
      'Have these rules in use',
    ],
    script: 'DEBIAN_FRONTEND=noninteractive apt-get purge -qy nftables; nft flush ruleset || true',
  },
  {
    ...{ kind: 'sysctl', host: 'db2', finds: ['Keep connections that wait'] },
    script: 'sysctl -qw net.ipv4.tcp_max_syn_backlog=77',
  },
  {
    ...{ kind: 'content', host: 'db2', finds: ['Configure the database server'] },
    script:
      "sed -i 's/^max_connections.*/max_connections = 5/' /etc/mysql/mysql.conf.d/zz-rolecall.cnf",
  },
  {
    ...{ kind: 'group', host: 'db2' },
    finds: [
      'Add the group of operators',
      'Add the auditor',
      'Let the auditor in',
      'Make the folder of checks',
      'Write the checks',
    ],
    script: 'userdel -r auditor; groupdel operators',
  },
  {
    ...{ kind: 'SET GLOBAL', host: 'db3', finds: ['Make the replica read-only'] },
    script: sql('SET GLOBAL read_only = OFF'),
  },
  {
    ...{ kind: 'disabled service', host: 'db3', finds: ['Start the boot guard with the server'] },
    script: 'systemctl disable rolecall-boot-guard',
  },
  {
    ...{ kind: 'deleted file', host: 'db3', finds: ['Write the boot guard'] },
    script: 'rm /usr/local/sbin/rolecall-boot-guard',
  },
  {
    ...{ kind: 'mode', host: 'db3', finds: ['Write the key for backups'] },
    script: 'chmod 0644 /etc/rolecall/*key*',
  },
  {
    ...{ kind: 'key of a login', host: 'db3', finds: ['Let the auditor in'] },
    script:
      'echo ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKV0aGlzIGlzIG5vdCBhIGtleSBvZiBhbnlib2R5IQAB x >>/home/auditor/.ssh/authorized_keys',
  },

  // The name server.
  {
    ...{ kind: 'content', host: 'dns1', finds: ['Write the zone'] },
    script: "sed -i 's/^www .*/www 60 IN A 192.0.2.9/; $a; by hand' /etc/nsd/zones/foobar.com.zone",
  },
  {
    ...{ kind: 'deleted file', host: 'dns1', finds: ['Configure nsd'] },
    script: 'rm /etc/nsd/nsd.conf.d/rolecall.conf',
  },
  {
    ...{ kind: 'stopped service', host: 'dns1', finds: ['Run nsd'] },
    script: 'systemctl stop nsd',
  },
  {
    ...{ kind: 'extra file in a managed folder', host: 'dns1' },
    finds: ['Remove what else is in the folder of checks'],
    script: 'touch /etc/operations/extra.check',
  },
  {
    ...{ kind: 'deleted file', host: 'dns1', finds: ['Write the checks'] },
    script: 'rm /etc/operations/memory.check',
  },

  {
    ...{ kind: 'cron entry', host: 'dns1', finds: ['Look at the disks each hour'] },
    script: 'crontab -r',
  },

  // The host that keeps backups.
  {
    ...{ kind: 'owner', host: 'backup1', foundFor: 'db1', finds: ['Make the folder of backups'] },
    script: 'chown root /srv/backups/database',
  },
  {
    ...{ kind: 'content', host: 'backup1', foundFor: 'db1', finds: ['Let members send backups'] },
    script:
      "sed -i 's/^restrict,//' ~rolecall-backup/.ssh/authorized_keys; echo >>~rolecall-backup/.ssh/authorized_keys",
  },
  {
    ...{ kind: 'purged package', host: 'backup1' },
    finds: ['Install cron', 'Run cron', 'Look at the disks each hour'],
    script: 'DEBIAN_FRONTEND=noninteractive apt-get purge -qy cron',
  },
  {
    ...{ kind: 'content', host: 'backup1', finds: ['Let operators become root'] },
    script: "sed -i 's#/usr/bin/systemctl#ALL#' /etc/sudoers.d/operators",
  },
];

/** What the policy leaves to people. */
export const reported: readonly Drift[] = [
  ...['web1', 'db1', 'backup1'].map((host) => ({
    ...{ kind: 'content', host, finds: ['Say what the host is for'] },
    script: 'echo by hand >>/etc/motd',
  })),
  {
    ...{ kind: 'link', host: 'web2', finds: ['Link to the newest check'] },
    script: 'ln -sfn /etc/operations/load.check /etc/operations.current',
  },
  {
    ...{ kind: 'mode', host: 'app1', finds: ['Let operators become root'] },
    script: 'chmod 0444 /etc/sudoers.d/operators',
  },
];

/** db2 is the primary by now, db1 one of its replicas. */
export const driftsAfterPromotion: readonly Drift[] = [
  {
    ...{ kind: 'stopped replica', host: 'db1', finds: ['Follow the primary'] },
    script: sql('STOP REPLICA'),
  },
  {
    ...{ kind: 'masked service', host: 'db1', finds: ['Start the database server at boot'] },
    script: 'systemctl mask mysql',
  },
  {
    ...{ kind: 'SET GLOBAL', host: 'db3', finds: ['Make the replica read-only'] },
    script: sql('SET GLOBAL read_only = OFF'),
  },
  {
    ...{ kind: 'SET GLOBAL', host: 'db2', finds: ['Run with the declared settings'] },
    script: sql('SET GLOBAL sync_binlog = 0'),
  },
  {
    ...{ kind: 'grant', host: 'db2', finds: ['Make the user foobar@$NET.%'] },
    script: sql("REVOKE INSERT ON foobar.* FROM 'foobar'@'$NET.%'"),
  },
  {
    ...{ kind: 'content', host: 'db1', finds: ['Write what the boot guard is to know'] },
    script: "sed -i 's/^name=.*/name=db9/' /etc/rolecall/boot-guard.conf",
  },
  {
    ...{ kind: 'content', host: 'app1', finds: ['Write the environment of foobar'] },
    script: 'echo DEBUG=1 >>/etc/foobar/environment',
  },
];
