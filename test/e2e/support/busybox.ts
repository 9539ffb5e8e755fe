import type { TestLab } from './lab.ts';

/** Where the busybox userland lies on its host. */
export const busyboxRoot = '/srv/bb';

/**
 * Gives a lab host a second login, `bb`, that sees a root of nothing but Debian's static busybox:
 * sshd changes root for it, so that no other program of the host can be reached. `bb` is root there.
 */
export async function addBusyboxLogin(lab: TestLab, host: string): Promise<void> {
  await lab.sh(
    host,
    `set -e
mkdir -p ${busyboxRoot}/bin /tmp/bb
cd /tmp/bb
apt-get -qq -o APT::Sandbox::User=root download busybox-static
dpkg -x busybox-static*.deb .
cp usr/bin/busybox ${busyboxRoot}/bin/busybox
rm -rf /tmp/bb
cd ${busyboxRoot}
mkdir -p dev proc etc root srv usr/bin usr/sbin sbin var/lib run
mkdir -m 1777 tmp var/tmp
for applet in $(bin/busybox --list | grep -vx busybox); do ln -s busybox "bin/$applet"; done
printf 'root:x:0:0:root:/root:/bin/sh\\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\\n' >etc/passwd
printf 'root:x:0:\\ndaemon:x:1:\\n' >etc/group
mount --bind /dev dev
mount -t proc proc proc
echo 'bb:x:0:0:bb:/root:/bin/sh' >>/etc/passwd
echo 'bb:*:20000::::::' >>/etc/shadow
printf 'Match User bb\\n  ChrootDirectory ${busyboxRoot}\\n' >/etc/ssh/sshd_config.d/bb.conf
systemctl restart ssh`,
  );
}

/** A line for an inventory: the busybox userland as a host. */
export function busyboxInventoryLine(lab: TestLab, host: string): string {
  return `bb1 ansible_host=${lab.host(host).address} ansible_user=bb`;
}

/** The argv that runs a sh script in the busybox userland, from inside its host. */
export function inBusybox(script: string): string[] {
  const path = 'PATH=/bin';
  return ['/usr/sbin/chroot', busyboxRoot, '/bin/env', '-i', path, '/bin/sh', '-c', script];
}
