import { RolecallError } from '../errors.ts';
import { rawSh } from '../shell/sh.ts';
import { aptFiles, touchesFile } from './file-aliases.ts';
import type { Collector, Observation } from './observation.ts';

/** apt's package lists and the health of dpkg's database. */
export interface AptCacheState {
  /** Seconds since 1970 by the host's clock: the last refresh (undefined: never) and now. */
  readonly updatedAt: number | undefined;
  readonly now: number;
  /** In predictions: sources changed, so that lists and candidates would differ. */
  readonly pending?: true;
  /** dpkg was stopped in the middle; apt refuses to work until `dpkg --configure -a`. */
  readonly interrupted: boolean;
  /** Packages that are neither installed nor removed: `nginx (half-configured)`. */
  readonly broken: readonly string[];
  readonly unsupported?: true;
}

export function aptCache(): Observation<AptCacheState> {
  return { kind: 'aptCache', key: '' };
}

export const aptCacheCollector: Collector<AptCacheState> = {
  kind: 'aptCache',
  staleAfter: (_key, touched) => touchesFile(touched, aptFiles),
  script: () =>
    rawSh(`if command -v apt-get >/dev/null; then
s=/var/lib/apt/periodic/update-success-stamp
[ -e "$s" ] || s=/var/lib/apt/lists
set -- "$s"/*
[ ! -d "$s" ] || [ -e "$1" ] || s=/nonexistent
# The pipe on stdin is as old as this line: one program tells both times.
set -- $(stat -L -c %Y /dev/stdin "$s" 2>/dev/null <<END
now
END
)
echo "now $1 $2"
for f in /var/lib/dpkg/updates/[0-9]*; do [ -e "$f" ] && echo interrupted && break; done
grep -B1 -E '^Status: [a-z]+ [a-z]+ (half-installed|half-configured|unpacked)$' /var/lib/dpkg/status
echo end
else echo no-apt
fi`),
  parse(answer, keys) {
    const text = answer.stdout.toString();
    if (/^no-apt$/m.test(text)) {
      const none = { updatedAt: undefined, now: 0, interrupted: false, broken: [] };
      return keys.map(() => ({ ...none, unsupported: true }));
    }
    const times = /^now (\d+) (\d*)$/m.exec(text);
    if (!times || !/^end$/m.test(text)) {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `the state of apt cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
      });
    }
    const broken = [...text.matchAll(/^Package: (\S+)\nStatus: \S+ \S+ (\S+)$/gm)];
    const state: AptCacheState = {
      now: Number(times[1]),
      updatedAt: times[2] ? Number(times[2]) : undefined,
      interrupted: /^interrupted$/m.test(text),
      broken: broken.map((match) => `${match[1]} (${match[2]})`),
    };
    return keys.map(() => state);
  },
};
