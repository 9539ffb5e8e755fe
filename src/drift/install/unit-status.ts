import { ownUnits, type Systemd } from './systemd.ts';
import { unitNames } from './systemd-units.ts';

export interface UnitStatus {
  readonly isTimer: boolean;
  /** Its name and what it does. */
  readonly shown: string;
  readonly next: number | undefined;
}

/** What systemd says of an installed watch; undefined when none is. */
export async function unitStatus(systemd: Systemd, watch: string): Promise<UnitStatus | undefined> {
  const there = await ownUnits(systemd, watch).catch((): string[] => []);
  const [name] = unitNames(watch).filter((one) => there.includes(one));
  if (name === undefined) return undefined;
  const { scope, run } = systemd;
  const { output } = await run([
    'env',
    'TZ=UTC',
    'LC_ALL=C',
    'systemctl',
    ...(scope === 'user' ? ['--user'] : []),
    'show',
    '--property=ActiveState,SubState,NextElapseUSecRealtime',
    name,
  ]);
  const properties = propertiesOf(output);
  const state = [properties.ActiveState ?? 'unknown', properties.SubState]
    .filter(Boolean)
    .join(', ');
  return {
    isTimer: name.endsWith('.timer'),
    shown: `${name} (${scope}; ${state})`,
    next: timeOf(properties.NextElapseUSecRealtime),
  };
}

function propertiesOf(output: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    output.split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** `Sat 2026-11-21 18:20:00 UTC`; timers that count from their last time have none. */
function timeOf(text: string | undefined): number | undefined {
  const [, day, time] = /^\w+ (\S+) (\S+) UTC$/.exec(text ?? '') ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${time}Z`);
}
