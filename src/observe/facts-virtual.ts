import type { Plain } from '../values.ts';
import type { Sources } from './facts-sources.ts';

/** The subset `virtual`: what the host runs in and what it can run. */
export function virtualFacts(sources: Sources): { [name: string]: Plain } {
  const guest = guestKinds(sources);
  const host = hostKinds(sources);
  const type = guest[0] ?? host[0] ?? 'NA';
  return {
    ansible_virtualization_type: type,
    ansible_virtualization_role: guest.length > 0 ? 'guest' : host.length > 0 ? 'host' : 'NA',
    ansible_virtualization_tech_guest: withContainer(guest),
    ansible_virtualization_tech_host: host,
  };
}

const containers = ['docker', 'podman', 'lxc', 'openvz', 'containerd'];

function withContainer(kinds: readonly string[]): string[] {
  const isContainer = kinds.some((kind) => containers.includes(kind));
  return [...new Set(isContainer ? [...kinds, 'container'] : kinds)];
}

/** Ordered by how close to the processes: the first one is what the host is called. */
function guestKinds(sources: Sources): string[] {
  const kinds = new Set<string>();
  const marks = sources.text('virtmarks').split(' ').filter(Boolean);
  const groups = sources.lines('/proc/1/cgroup').join('\n');
  if (/\/docker(\/|-[0-9a-f]+\.scope)/.test(groups) || marks.includes('docker'))
    kinds.add('docker');
  if (/\/(lxc|lxc\.payload)[./]/.test(groups)) kinds.add('lxc');
  if (marks.includes('podman')) kinds.add('podman');
  if (marks.includes('openvz')) kinds.add('openvz');
  const init = /^container=(\S+)/m.exec(sources.text('init'))?.[1];
  if (init === 'lxc' || init === 'podman') kinds.add(init);
  const systemd = sources.first('/run/systemd/container');
  if (systemd) kinds.add(systemd);
  if (init && kinds.size === 0) kinds.add('container');
  const machine = hypervisor(sources);
  if (machine) kinds.add(machine);
  return [...kinds];
}

const products: readonly (readonly [RegExp, string])[] = [
  [/\b(KVM|Bochs|AHV|OpenStack|CloudStack|Google Compute Engine|Alibaba Cloud ECS)\b/i, 'kvm'],
  [/VMware/i, 'VMware'],
  [/VirtualBox|innotek/i, 'virtualbox'],
  [/Virtual Machine.*Microsoft|Microsoft.*Virtual Machine|Hyper-V/is, 'VirtualPC'],
  [/Parallels/i, 'parallels'],
  [/\bHVM domU|Xen\b/i, 'xen'],
  [/RHEV Hypervisor|oVirt/i, 'RHEV'],
  [/QEMU|Amazon EC2|DigitalOcean|Hetzner|Scaleway|Vultr/i, 'kvm'],
];

function hypervisor(sources: Sources): string | undefined {
  if (sources.first('/sys/hypervisor/type') === 'xen') return 'xen';
  const names = sources
    .paths(
      /^\/sys\/class\/dmi\/id\/(product_name|product_family|sys_vendor|bios_vendor|board_vendor)$/,
    )
    .map((path) => sources.first(path) ?? '')
    .join(' ');
  const product = products.find(([pattern]) => pattern.test(names));
  if (product) return product[1];
  if (/QEMU Virtual CPU|Common KVM processor/.test(sources.text('cpumodel'))) return 'kvm';
  if (/microsoft/i.test(sources.first('/proc/sys/kernel/osrelease') ?? '')) return 'wsl';
  return sources.text('hypervisor').trim() ? 'kvm' : undefined;
}

function hostKinds(sources: Sources): string[] {
  const kinds = new Set<string>();
  const modules = sources.lines('/proc/modules');
  const loaded = (name: string) => modules.some((line) => line.startsWith(`${name} `));
  if (loaded('kvm') || sources.text('virtmarks').split(' ').includes('kvm')) kinds.add('kvm');
  if (loaded('vboxdrv')) kinds.add('virtualbox');
  if (/control_d/.test(sources.first('/proc/xen/capabilities') ?? '')) kinds.add('xen');
  return [...kinds];
}
