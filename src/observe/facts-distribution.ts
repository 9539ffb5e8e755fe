import type { Plain } from '../values.ts';
import { assignments, type Sources } from './facts-sources.ts';

/** ansible_distribution*, ansible_os_family and ansible_lsb, from os-release and its neighbours. */
export function distributionFacts(sources: Sources): { [name: string]: Plain } {
  const release = assignments(sources.lines('/etc/os-release'));
  const id = release.get('ID') ?? '';
  const name = distributionNames[id] ?? release.get('NAME')?.split(' ')[0] ?? (id || 'Linux');
  const version = distributionVersion(sources, release, name);
  const [major, minor] = version.split('.');
  const codename = distributionRelease(sources, release, name);
  return {
    ansible_distribution: name,
    ansible_distribution_version: version,
    ansible_distribution_major_version: major ?? 'NA',
    ...(minor === undefined ? {} : { ansible_distribution_minor_version: minor }),
    ansible_distribution_release: codename,
    ansible_distribution_file_path: '/etc/os-release',
    ansible_distribution_file_variety: name,
    ansible_distribution_file_parsed: release.size > 0,
    ansible_os_family: family(name, release),
    ansible_lsb: lsb(sources, release, codename),
  };
}

const distributionNames: Readonly<Record<string, string>> = {
  debian: 'Debian',
  ubuntu: 'Ubuntu',
  raspbian: 'Debian',
  devuan: 'Devuan',
  kali: 'Kali',
  linuxmint: 'Linux Mint',
  pop: 'Pop!_OS',
  alpine: 'Alpine',
  rhel: 'RedHat',
  centos: 'CentOS',
  rocky: 'Rocky',
  almalinux: 'AlmaLinux',
  ol: 'OracleLinux',
  fedora: 'Fedora',
  amzn: 'Amazon',
  arch: 'Archlinux',
  manjaro: 'Manjaro',
  gentoo: 'Gentoo',
  sles: 'SLES',
  sled: 'SLED',
  'opensuse-leap': 'openSUSE Leap',
  'opensuse-tumbleweed': 'openSUSE Tumbleweed',
  void: 'Void',
  nixos: 'NixOS',
};

const families: Readonly<Record<string, readonly string[]>> = {
  Debian: ['Debian', 'Ubuntu', 'Devuan', 'Kali', 'Linux Mint', 'Pop!_OS', 'Deepin', 'Neon'],
  RedHat: ['RedHat', 'CentOS', 'Rocky', 'AlmaLinux', 'OracleLinux', 'Fedora', 'Amazon'],
  Suse: ['SLES', 'SLED', 'openSUSE Leap', 'openSUSE Tumbleweed'],
  Archlinux: ['Archlinux', 'Manjaro'],
  Gentoo: ['Gentoo'],
  Alpine: ['Alpine'],
};

function family(name: string, release: ReadonlyMap<string, string>): string {
  for (const [group, names] of Object.entries(families)) if (names.includes(name)) return group;
  const like = (release.get('ID_LIKE') ?? '').split(' ');
  if (like.includes('debian') || like.includes('ubuntu')) return 'Debian';
  if (like.includes('rhel') || like.includes('fedora')) return 'RedHat';
  if (like.includes('suse')) return 'Suse';
  if (like.includes('arch')) return 'Archlinux';
  return name;
}

/** Debian's point release is in debian_version only, Alpine's and CentOS's in files of their own. */
function distributionVersion(
  sources: Sources,
  release: ReadonlyMap<string, string>,
  name: string,
): string {
  const fromRelease = release.get('VERSION_ID');
  if (name === 'Debian') {
    const point = sources.first('/etc/debian_version');
    if (point && /^\d+(\.\d+)*$/.test(point)) return point;
    return fromRelease ?? point?.split('/')[0] ?? 'NA';
  }
  if (name === 'Alpine') return sources.first('/etc/alpine-release') ?? fromRelease ?? 'NA';
  if (name === 'CentOS') {
    const point = /release (\d+(?:\.\d+)?)/.exec(sources.first('/etc/redhat-release') ?? '');
    return point?.[1] ?? fromRelease ?? 'NA';
  }
  return fromRelease ?? 'NA';
}

function distributionRelease(
  sources: Sources,
  release: ReadonlyMap<string, string>,
  name: string,
): string {
  const codename = release.get('VERSION_CODENAME');
  if (codename) return codename;
  const inBrackets = /\(([^()]+)\)/.exec(release.get('VERSION') ?? '');
  if (inBrackets) return inBrackets[1]!;
  if (name === 'Debian') return sources.first('/etc/debian_version')?.split('/')[0] ?? 'NA';
  return 'NA';
}

/** As `lsb_release` would say it, whether or not that tool is installed. */
function lsb(sources: Sources, release: ReadonlyMap<string, string>, codename: string): Plain {
  const file = assignments(sources.lines('/etc/lsb-release'));
  const id = file.get('DISTRIB_ID') ?? distributionNames[release.get('ID') ?? ''];
  const version = file.get('DISTRIB_RELEASE') ?? release.get('VERSION_ID');
  if (!id || !version) return {};
  return {
    codename: file.get('DISTRIB_CODENAME') ?? codename,
    description: file.get('DISTRIB_DESCRIPTION') ?? release.get('PRETTY_NAME') ?? id,
    id,
    major_release: version.split('.')[0]!,
    release: version,
  };
}
