import { nearestName } from '../errors.ts';
import { allSubsets, type FactSubset } from '../observe/facts.ts';

/** Ansible's finer subsets, by the subset of ours that holds them. */
const partOf: Readonly<Record<string, FactSubset>> = {
  min: 'min',
  network: 'network',
  hardware: 'hardware',
  virtual: 'virtual',
  local: 'local',
  ...named(
    'network',
    'all_ipv4_addresses all_ipv6_addresses default_ipv4 default_ipv6 interfaces fibre_channel_wwn',
  ),
  ...named(
    'hardware',
    'devices dmi memfree_mb memtotal_mb mounts processor processor_cores processor_count swapfree_mb swaptotal_mb uptime_seconds loadavg',
  ),
  ...named(
    'virtual',
    'virtualization_role virtualization_type virtualization_tech_guest virtualization_tech_host',
  ),
  ...named(
    'min',
    'apparmor architecture caps chroot cmdline date_time distribution distribution_major_version distribution_release distribution_version dns effective_group_ids effective_user_id env fips hostname is_chroot kernel kernel_version lsb machine machine_id nodename os_family pkg_mgr platform proc_cmdline python python_version selinux service_mgr ssh_pub_keys ssh_host_key_rsa_public ssh_host_pub_keys system system_capabilities system_capabilities_enforced user user_id',
  ),
};

/** What is wrong with `gather_subset`, as sentences. */
export function subsetProblems(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const name = word.replace(/^!/, '');
    if (name === 'all' || partOf[name]) return [];
    if (['facter', 'ohai'].includes(name)) {
      return word.startsWith('!')
        ? []
        : [`the subset ${name} needs ${name} on the host and is not supported`];
    }
    const nearest = nearestName(name, ['all', ...Object.keys(partOf)]);
    return [`there is no subset '${name}'${nearest ? `; did you mean '${nearest}'?` : ''}`];
  });
}

/** The subsets to gather: `min` always unless `!min`; without any name but refusals, all the others. */
export function factSubsets(words: readonly string[]): FactSubset[] {
  const refused = new Set<FactSubset>();
  const wanted = new Set<FactSubset>();
  for (const word of words) {
    const name = word.replace(/^!/, '');
    const isRefusal = word.startsWith('!');
    const meant =
      name === 'all'
        ? allSubsets.filter((subset) => !isRefusal || !always.includes(subset))
        : [partOf[name]];
    for (const subset of meant) {
      if (!subset) continue;
      if (!isRefusal) wanted.add(subset);
      else if (name === 'all' || subset === name) refused.add(subset);
    }
  }
  const named = words.some((word) => !word.startsWith('!'));
  for (const subset of named ? always : allSubsets) if (!refused.has(subset)) wanted.add(subset);
  if (refused.has('min')) refused.add('local');
  return allSubsets.filter(
    (subset) => wanted.has(subset) && !(refused.has(subset) && !isNamed(words, subset)),
  );
}

const always: readonly FactSubset[] = ['min', 'local'];

function isNamed(words: readonly string[], subset: FactSubset): boolean {
  return words.some((word) => word !== 'all' && partOf[word] === subset);
}

function named(subset: FactSubset, names: string): Record<string, FactSubset> {
  return Object.fromEntries(names.split(' ').map((name) => [name, subset]));
}
