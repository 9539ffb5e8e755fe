import type { WatchCall } from '../../../src/drift/install/watch-call.ts';
import {
  type DriftSettings,
  type GivenSettings,
  readDriftSettings,
} from '../../../src/drift/settings.ts';

/** A program that is there on every machine: systemd looks whether it is. */
export const call: WatchCall = {
  watch: 'site',
  program: ['/bin/sh', '/opt/role call/launch.js'],
  settings: '/srv/site/drift.yml',
  state: '/var/lib/rolecall/drift/site.json',
};

export function given(settings: GivenSettings = {}): DriftSettings {
  return readDriftSettings(undefined, { playbooks: ['site.yml'], ...settings }, '/srv/site');
}
