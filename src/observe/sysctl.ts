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

/** One grep reads all: the kernel gives a value whole to one read(2), not byte by byte as a shell reads. */
export const sysctlCollector: Collector<SysctlState> = {
  kind: 'sysctl',
  script(keys): Sh {
    if (keys.length === 0) return rawSh('echo end');
    return sh`grep -sH '' ${keys.map(sysctlPath)} </dev/null
echo end`;
  },
  parse(answer, keys) {
    const lines = answer.stdout.toString().split('\n');
    if (lines.at(-2) !== 'end') {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `kernel parameters cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
      });
    }
    return keys.map((key) => {
      const prefix = `${sysctlPath(key)}:`;
      const line = lines.find((one) => one.startsWith(prefix));
      return { value: line === undefined ? undefined : normalValue(line.slice(prefix.length)) };
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
