import { RolecallError } from '../errors.ts';
import { joinSh, rawSh, sh } from '../shell/sh.ts';
import { aptReadsOnly } from './apt-read-only.ts';
import { aptFiles, touchesFile } from './file-aliases.ts';
import type { Collector, Observation } from './observation.ts';
import { globPattern, isGlob } from './pkg.ts';

/** What apt would install for a name, from the package lists as they are on the host. */
export interface AptCandidateState {
  /** Undefined when no list has the package. */
  readonly candidate: string | undefined;
  /** Every version that is known, the installed one among them. */
  readonly versions: readonly string[];
  /** For a glob: every package name in the lists that it matches. */
  readonly names: readonly string[];
}

export function aptCandidate(name: string): Observation<AptCandidateState> {
  return { kind: 'aptCandidate', key: name };
}

/** One `apt-cache policy` for all names. */
export const aptCandidateCollector: Collector<AptCandidateState> = {
  kind: 'aptCandidate',
  staleAfter: (_key, touched) => touchesFile(touched, aptFiles),
  script(keys) {
    const names = keys.filter((key) => /^[a-z0-9][a-z0-9+.-]*(:[a-z0-9-]+)?$/.test(key));
    const policy = names.length === 0 ? rawSh(':') : sh`apt-cache $keep policy ${names}`;
    const globs = keys.flatMap((key, index) =>
      isGlob(key)
        ? [
            sh`echo ${`glob-${index}:`}; apt-cache $keep pkgnames | grep -xE ${globPattern(key).source} | sed 's/^/  = /'`,
          ]
        : [],
    );
    return sh`if command -v apt-cache >/dev/null; then
${aptReadsOnly}
${joinSh([policy, ...globs])}
fi
echo end:`;
  },
  parse(answer, keys) {
    const text = answer.stdout.toString();
    if (!text.endsWith('end:\n')) {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `apt-cache policy failed (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
      });
    }
    const found = readPolicy(text);
    return keys.map((key, index) => found.get(isGlob(key) ? `glob-${index}` : key) ?? unknownToApt);
  },
};

const unknownToApt: AptCandidateState = { candidate: undefined, versions: [], names: [] };

function readPolicy(text: string): Map<string, AptCandidateState> {
  const found = new Map<string, AptCandidateState>();
  for (const block of text.split(/^(?=\S)/m)) {
    const name = /^(\S+):\n/.exec(block)?.[1];
    if (!name) continue;
    const candidate = /^ {2}Candidate: (\S+)$/m.exec(block)?.[1];
    const versions = [...block.matchAll(/^ (?:\*\*\*| {3}) (\S+) -?\d+$/gm)].map((row) => row[1]!);
    found.set(name, {
      candidate: candidate === '(none)' ? undefined : candidate,
      versions: [...new Set(versions)],
      names: [...block.matchAll(/^ {2}= (\S+)$/gm)].map((row) => row[1]!),
    });
  }
  return found;
}
