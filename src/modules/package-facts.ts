import { Type } from 'typebox';
import { probe } from '../observe/observation.ts';
import { rawSh } from '../shell/sh.ts';
import type { Plain } from '../values.ts';
import { defineModule } from './contract.ts';

export const packageFacts = defineModule({
  name: 'package_facts',
  summary: 'Lists the installed packages as the fact `packages`.',
  args: Type.Object({
    manager: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Taken for compatibility: the host is asked which of dpkg, rpm and apk it has.',
        default: ['auto'],
      }),
    ),
    strategy: Type.Optional(
      Type.Union([Type.Literal('first'), Type.Literal('all')], {
        description: 'Taken for compatibility.',
        default: 'first',
      }),
    ),
  }),
  examples: ['- name: What is installed\n  package_facts:'],
  returns: { ansible_facts: '`packages`: a list of name, version, arch, source for each name.' },
  observe: () => ({
    packages: probe(
      'installed packages',
      rawSh(`if command -v dpkg-query >/dev/null; then
dpkg-query -W -f 'apt\\t\${db:Status-Status}\\t\${Package}\\t\${Version}\\t\${Architecture}\\t\${Section}\\n'
elif command -v rpm >/dev/null; then
rpm -qa --qf 'rpm\\tinstalled\\t%{NAME}\\t%{VERSION}\\t%{ARCH}\\t%{RELEASE}\\n'
elif command -v apk >/dev/null; then
apk info -v 2>/dev/null | sed 's/^\\(.*\\)-\\([^-]*-r[0-9]*\\)$/apk\\tinstalled\\t\\1\\t\\2\\t\\t/'
else echo none
fi`),
      (answer) => readPackages(answer.stdout.toString()),
    ),
  }),
  decide(_args, observed) {
    if (!observed.packages) {
      return { kind: 'failed', message: 'none of dpkg, rpm and apk is on this host' };
    }
    return {
      kind: 'unchanged',
      reason: `${Object.keys(observed.packages).length} packages are installed`,
      result: { ansible_facts: { packages: observed.packages } },
    };
  },
});

function readPackages(text: string): { [name: string]: Plain } | undefined {
  if (text === 'none\n') return undefined;
  const packages: { [name: string]: Plain[] } = Object.create(null);
  for (const line of text.split('\n')) {
    const [source, status, name, version, arch, more] = line.split('\t');
    if (status !== 'installed' || !name || version === undefined) continue;
    const row: { [key: string]: Plain } = { name, version, arch: arch ?? '', source: source! };
    if (source === 'apt') Object.assign(row, { category: more ?? '', origin: '' });
    if (source === 'rpm') Object.assign(row, { release: more ?? '', epoch: null });
    packages[name] = [...(packages[name] ?? []), row];
  }
  return packages;
}
