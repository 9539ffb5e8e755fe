/**
 * Modules that Ansible users know and rolecall may not have: name → what to use instead, '' when
 * there is no better advice than the catalogue's. Those that rolecall has are looked up before.
 */
export const foreignModules: Readonly<Record<string, string>> = {
  ...Object.fromEntries(namesWithoutAdvice().map((name) => [name, ''])),
  acl: 'command with changed_when',
  alternatives: 'command with changed_when',
  apk: 'package',
  apt_key: 'get_url to /etc/apt/keyrings and signed-by in apt_repository',
  archive: 'command with creates',
  assemble: 'template',
  async_status: 'until and retries on the task itself',
  deb822_repository: 'apt_repository',
  dnf: 'package or apt',
  dnf5: 'package or apt',
  docker_compose: 'command with docker compose and changed_when',
  expect: 'command with stdin',
  gather_facts: 'setup',
  git: 'command with creates, or unarchive of a release',
  ini_file: 'lineinfile or template',
  iptables: 'template of an nftables file',
  locale_gen: 'lineinfile on /etc/locale.gen and command locale-gen',
  make: 'command with creates',
  npm: 'command with creates',
  openssl_privatekey: 'command with creates',
  pacman: 'package',
  patch: 'replace or copy',
  pip: 'command with creates',
  seboolean: 'command with changed_when',
  set_stats: 'set_fact',
  synchronize: 'copy',
  systemd_service: 'systemd',
  sysvinit: 'service',
  timezone: 'file with state: link on /etc/localtime',
  ufw: 'the nftables role or template',
  yum: 'package or apt',
  zypper: 'package',
};

function namesWithoutAdvice(): string[] {
  return `
    acme_account acme_account_info acme_certificate acme_certificate_revoke
    acme_challenge_cert_helper acme_inspect add_host apache2_module apt apt_repository assert
    async_wrapper at authorized_key blockinfile bower bundler capabilities cargo
    certificate_complete_chain cli_command command composer consul copr copy cpanm cron
    crypto_info crypttab current_container_facts dconf debconf debug deploy_helper django_manage
    docker_compose_v2 docker_config docker_container docker_container_copy_into
    docker_container_exec docker_container_info docker_host_info docker_image docker_image_info
    docker_image_load docker_login docker_network docker_network_info docker_node
    docker_node_info docker_plugin docker_prune docker_secret docker_service docker_stack
    docker_stack_info docker_stack_task_info docker_swarm docker_swarm_info docker_swarm_service
    docker_swarm_service_info docker_volume docker_volume_info dpkg_selections easy_install ec2
    ec2_facts ecs_certificate ecs_domain facter fail fetch file filesystem find firewalld
    firewalld_info flatpak gconftool2 gem get_certificate get_url getent git_config
    github_release gitlab_runner grafana_datasource group group_by haproxy helm hg homebrew
    homebrew_cask homebrew_tap hostname htpasswd include_vars interfaces_file iptables_state
    java_cert java_keystore jenkins_plugin jira k8s kernel_blacklist known_hosts launchd
    ldap_entry lineinfile listen_ports_facts luks_device lvg lvol lxd_container mail mattermost
    maven_artifact meta modprobe mongodb_shell mongodb_user monit mount mysql_db mysql_info
    mysql_query mysql_replication mysql_role mysql_user mysql_variables nagios nmcli nsupdate
    ohai open_iscsi openssh_cert openssh_keypair openssl_certificate openssl_csr
    openssl_csr_info openssl_csr_pipe openssl_dhparam openssl_pkcs12 openssl_privatekey_convert
    openssl_privatekey_info openssl_privatekey_pipe openssl_publickey openssl_publickey_info
    openssl_signature openssl_signature_info opkg osx_defaults pacemaker_cluster package
    package_facts pam_limits pamd parted pause pear pids ping pip_package_info pipx pkgng
    portage postgresql_copy postgresql_db postgresql_ext postgresql_idx postgresql_info
    postgresql_lang postgresql_membership postgresql_owner postgresql_pg_hba postgresql_ping
    postgresql_privs postgresql_publication postgresql_query postgresql_schema postgresql_script
    postgresql_sequence postgresql_set postgresql_slot postgresql_subscription postgresql_table
    postgresql_tablespace postgresql_user postgresql_user_obj_stat_info proxmox puppet
    rabbitmq_plugin rabbitmq_user rabbitmq_vhost raw read_csv reboot redhat_subscription redis
    replace rhel_facts rhel_rpm_ostree rhsm_repository rocketchat rollbar_deployment rpm_key
    rpm_ostree_upgrade runit s3_bucket script sefcontext selinux selinux_permissive seport
    service service_facts set_fact setup shell shutdown slack slurp snap ssh_config stat
    subversion sudoers supervisorctl svc sysctl sysrc systemd telegram tempfile template
    terraform unarchive uri user validate_argument_spec wait_for wait_for_connection win_command
    win_copy win_feature win_package win_shell x509_certificate x509_certificate_info
    x509_certificate_pipe x509_crl x509_crl_info xattr xml yarn yum_repository zabbix_host zfs
    zpool_facts zypper_repository
  `
    .trim()
    .split(/\s+/);
}
