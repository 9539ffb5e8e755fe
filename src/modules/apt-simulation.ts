import { aptReadsOnly } from '../observe/apt-read-only.ts';
import { type Observation, probe } from '../observe/observation.ts';
import { type Sh, sh } from '../shell/sh.ts';

export interface SimulatedPackage {
  readonly name: string;
  /** The version that is installed now. */
  readonly from: string | undefined;
  /** The version that would be installed; undefined for a removal. */
  readonly to: string | undefined;
}

/** What apt-get would do, by its own word (`apt-get --simulate`, which only reads). */
export interface Simulation {
  readonly installs: readonly SimulatedPackage[];
  readonly removes: readonly SimulatedPackage[];
  /** Unpacked before and to be set up now. */
  readonly configures: readonly string[];
  /** apt's own error lines when it would refuse. */
  readonly error: string | undefined;
}

export function simulation(action: string, command: Sh): Observation<Simulation> {
  return probe(
    `apt ${action}`,
    sh`${aptReadsOnly}
${command} </dev/null`,
    (answer) => readSimulation(answer.status, answer.stdout.toString(), answer.stderr.toString()),
  );
}

export function readSimulation(status: number, stdout: string, stderr: string): Simulation {
  const installs: SimulatedPackage[] = [];
  const removes: SimulatedPackage[] = [];
  const configured: string[] = [];
  for (const line of stdout.split('\n')) {
    const install = /^Inst (\S+) (?:\[([^\]]*)\] )?\((\S+)/.exec(line);
    if (install) installs.push({ name: install[1]!, from: install[2], to: install[3] });
    const configure = /^Conf (\S+)/.exec(line);
    if (configure) configured.push(configure[1]!);
    const remove = /^(?:Remv|Purg) (\S+)(?: \[([^\]]*)\])?/.exec(line);
    if (remove && !removes.some((one) => one.name === remove[1])) {
      removes.push({ name: remove[1]!, from: remove[2], to: undefined });
    }
  }
  return {
    installs,
    removes,
    configures: configured.filter((name) => !installs.some((one) => one.name === name)),
    error: status === 0 ? undefined : aptErrors(stderr, status),
  };
}

/** The `E:` lines of apt, else the end of what it wrote. */
export function aptErrors(stderr: string, status: number): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith('E: '));
  if (lines.length > 0) return lines.map((line) => line.slice(3)).join('; ');
  return stderr.trim().slice(-500) || `apt-get ended with status ${status}`;
}

/** One line per package for a diff: name and version before, name and version after. */
export function simulationDiff(plan: Simulation): { before: string; after: string } {
  const before: string[] = [];
  const after: string[] = [];
  for (const one of [...plan.installs, ...plan.removes]) {
    if (one.from !== undefined) before.push(`${one.name} ${one.from}\n`);
    if (one.to !== undefined) after.push(`${one.name} ${one.to}\n`);
  }
  return { before: before.join(''), after: after.join('') };
}
