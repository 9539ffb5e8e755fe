import type { Fleet } from '../../drift/fleet.ts';
import type { Systemd } from '../../drift/install/systemd.ts';
import type { DriftSettings } from '../../drift/settings.ts';

/** What the commands reach the world with. */
export interface DriftServices {
  /** The hosts that the settings name. */
  openFleet(settings: DriftSettings): Promise<Fleet>;
  /** A text for stdout. */
  print(text: string): void;
  /** A line for stderr. */
  warn(line: string): void;
  systemd(scope: Systemd['scope']): Systemd;
  /** The words that start rolecall, absolute. */
  readonly program: readonly string[];
}
