import { RolecallError } from '../errors.ts';
import { rawSh, type Sh, sh } from '../shell/sh.ts';
import type { Collector, Observation } from './observation.ts';

/** A kernel parameter as it is now; values of several words have single spaces. */
export interface SysctlState {
  /** Undefined when the kernel has no such parameter, or it may not be read. */
  readonly value: string | undefined;
}

export function sysctl(name: string): Observation<SysctlState> {
  return { kind: 'sysctl', key: name };
}

/** Reads /proc/sys without any process; a line per key, `+value` or `-`. */
export const sysctlCollector: Collector<SysctlState> = {
  kind: 'sysctl',
  script(keys): Sh {
    const files = keys.map(sysctlPath);
    if (files.length === 0) return rawSh(':');
    return sh`for f in ${files}; do
v=
if [ -f "$f" ] && { IFS= read -r v <"$f"; } 2>/dev/null || [ -n "$v" ]; then printf '+%s\\n' "$v"; else echo -; fi
done`;
  },
  parse(answer, keys) {
    const lines = answer.stdout.toString().split('\n');
    if (lines.length !== keys.length + 1) {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `kernel parameters cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
      });
    }
    return keys.map((_, index) => {
      const line = lines[index]!;
      return { value: line.startsWith('+') ? normalValue(line.slice(1)) : undefined };
    });
  },
};

/** Tabs and runs of spaces mean the same to the kernel. */
export function normalValue(text: string): string {
  return text.trim().split(/\s+/).join(' ');
}

/** `net.ipv4.ip_forward` and `net/ipv4/conf/eth0.1/forwarding` as sysctl reads them. */
function sysctlPath(name: string): string {
  const separator = /[./]/.exec(name)?.[0];
  const path =
    separator === '/' ? name : name.replace(/[./]/g, (part) => (part === '.' ? '/' : '.'));
  return `/proc/sys/${path
    .split('/')
    .filter((part) => part !== '..')
    .join('/')}`;
}
