import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriftServices } from '../../../src/cli/drift/services.ts';
import { driftCommand } from '../../../src/cli/drift.ts';
import type { DriftSettings } from '../../../src/drift/settings.ts';
import { FakeFleet } from '../../drift/support/fake-fleet.ts';

/** The command line over a fake fleet and a fake systemd, in a folder of its own. */
export class DriftCommands {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'drift-cli-')));
  readonly fleet = new FakeFleet();
  readonly calls: string[] = [];
  /** What systemctl answers to `show`. */
  shown = '';
  stdout = '';
  readonly warnings: string[] = [];
  settings: DriftSettings | undefined;

  /** Runs `drift` with these words; returns the exit status. */
  async run(...words: string[]): Promise<number> {
    this.stdout = '';
    let status = 0;
    const command = driftCommand((ended) => {
      status = ended;
    }, this.#services());
    await command.parseAsync(words, { from: 'user' });
    return status;
  }

  #services(): DriftServices {
    return {
      openFleet: async (settings) => {
        this.settings = settings;
        return this.fleet;
      },
      print: (text) => {
        this.stdout += text;
      },
      warn: (line) => this.warnings.push(line),
      systemd: (scope) => ({
        scope,
        folder: join(this.folder, scope),
        run: async (words) => {
          this.calls.push(words.join(' '));
          return { status: 0, output: words.includes('show') ? this.shown : '' };
        },
      }),
      program: ['/bin/sh', '/opt/rolecall'],
    };
  }
}
