import { readdir, readFile, stat } from 'node:fs/promises';
import { RolecallError } from '../errors.ts';
import { run } from './commands.ts';

/** One archive as apt on this machine has it. */
export interface AptTarget {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
}

/** How this machine gets Debian packages, made fit for a host of some suite. */
export interface AptSetup {
  /** One-line sources for mmdebstrap. */
  readonly lines: readonly string[];
  /** The same in deb822, for `/etc/apt/sources.list.d/debian.sources`. */
  readonly sources: string;
  /** apt.conf text with the machine's proxy, validity and TLS settings. */
  readonly conf: string;
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Reads this machine's apt configuration and maps its archives to `suite`. */
export async function aptSetupFor(suite: string): Promise<AptSetup> {
  const codename = /^VERSION_CODENAME="?([^"\n]*)/m.exec(
    await readFile('/etc/os-release', 'utf8').catch(() => ''),
  )?.[1];
  const listing = await run`apt-get indextargets --format ${'$(REPO_URI)|$(RELEASE)|$(COMPONENT)'}`;
  const targets = mapSuite(parseTargets(listing.stdout), codename ?? '', suite);
  if (targets.length === 0) {
    throw new RolecallError({
      code: 'lab-unsupported',
      message: `apt on this machine has no Debian archive that suite '${suite}' could come from`,
      expected: `a source of suite '${codename ?? 'the running Debian release'}' in /etc/apt/sources.list.d`,
    });
  }
  const groups = Map.groupBy(targets, (target) => `${target.uri} ${target.suite}`);
  const entries = [...groups.values()].map((group) => ({
    ...group[0]!,
    components: group.map((target) => target.component).join(' '),
  }));
  return {
    lines: entries.map(
      (entry) => `deb [signed-by=${keyring}] ${entry.uri} ${entry.suite} ${entry.components}`,
    ),
    sources: entries
      .map(
        (entry) =>
          `Types: deb\nURIs: ${entry.uri}\nSuites: ${entry.suite}\nComponents: ${entry.components}\nSigned-By: ${keyring}\n`,
      )
      .join('\n'),
    conf: transferSettings((await run`apt-config dump`).stdout, process.env),
  };
}

/** Parses `URI|SUITE|COMPONENT` lines, each archive once. */
export function parseTargets(text: string): AptTarget[] {
  const unique = [...new Set(text.split('\n').filter(Boolean))];
  return unique.map((line) => {
    const [uri = '', suite = '', component = ''] = line.split('|');
    return { uri, suite, component };
  });
}

/**
 * The archives for `wanted`, given those of a machine that runs `codename`: the release itself, its
 * updates and its security archive; unstable and experimental have neither of the latter two.
 */
export function mapSuite(
  targets: readonly AptTarget[],
  codename: string,
  wanted: string,
): AptTarget[] {
  const rolling = ['sid', 'unstable', 'experimental'].includes(wanted);
  const mapped: AptTarget[] = [];
  for (const target of targets) {
    const suffix = [codename, 'stable'].find(
      (name) => name && (target.suite === name || target.suite.startsWith(`${name}-`)),
    );
    if (!suffix) continue;
    const pocket = target.suite.slice(suffix.length);
    if (pocket === '') mapped.push({ ...target, suite: wanted });
    else if (!rolling && (pocket === '-updates' || pocket === '-security')) {
      mapped.push({ ...target, suite: `${wanted}${pocket}` });
    }
  }
  return mapped;
}

const carried = [
  /^Acquire::(http|https)::Proxy\b/,
  /^Acquire::https::(CaInfo|Verify-Peer|Verify-Host)$/,
  /^Acquire::(Check-Valid-Until|Check-Date|Retries|ForceIPv4)$/,
];

/** apt.conf lines of those of this machine's settings that a host needs to reach the same archives. */
export function transferSettings(dump: string, environment: NodeJS.ProcessEnv): string {
  const lines = dump
    .split('\n')
    .filter((line) => carried.some((name) => name.test(line.split(' ')[0]!)))
    .filter((line) => !/ ""?;$/.test(line));
  for (const scheme of ['http', 'https'] as const) {
    const proxy = environment[`${scheme}_proxy`];
    if (proxy && !lines.some((line) => line.startsWith(`Acquire::${scheme}::Proxy `))) {
      lines.push(`Acquire::${scheme}::Proxy "${proxy}";`);
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Certificates that this machine trusts: the bundle, and the files its administrator added. */
export async function trustedCertificates(): Promise<{ bundle?: string; added: string[] }> {
  const bundle = '/etc/ssl/certs/ca-certificates.crt';
  const addedDirectory = '/usr/local/share/ca-certificates';
  const names = await readdir(addedDirectory, { recursive: true }).catch(() => []);
  const added = names.filter((name) => name.endsWith('.crt')).map((n) => `${addedDirectory}/${n}`);
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  if (extra && extra !== bundle) added.push(extra);
  const found = await stat(bundle).catch(() => undefined);
  return found ? { bundle, added } : { added };
}
