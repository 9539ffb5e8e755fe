import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  listRuns,
  type OpenIntent,
  openIntents,
  type RecordedRun,
} from '../../../../src/history/read.ts';
import {
  type Ended,
  folderOf,
  type Place,
  type Running,
  startCommand,
  startTool,
} from '../../support/rolecall.ts';

/** A machine with a record of its own, from which `site.yml` of a folder is run. */
export class Controller {
  /** How often a run found a host still locked by what a killed one had left running there. */
  waited = 0;
  readonly #inventory: string;
  readonly #history = join(folderOf(), 'history.db');
  readonly #place: Place;

  constructor(folder: string, inventory: string) {
    this.#inventory = inventory;
    this.#place = { cwd: folder, env: { ROLECALL_HISTORY: this.#history } };
  }

  run(...words: string[]): Running {
    return startCommand('run', ['-i', this.#inventory, 'site.yml', ...words], this.#place);
  }

  /** Runs to the end, as soon as the hosts are free. */
  runToEnd(...words: string[]): Promise<Ended> {
    return this.#whenFree(() => this.run(...words).ended);
  }

  /** Goes on with a killed run; of commands whose end is not known somebody looks on the hosts. */
  async resume(
    run: number,
    words: readonly string[],
    isDone: (intent: OpenIntent) => Promise<boolean>,
  ): Promise<Ended> {
    const resume = (...more: string[]) =>
      this.#whenFree(
        () => startCommand('resume', [String(run), ...words, ...more], this.#place).ended,
      );
    const begun = this.begunIn(run);
    if (begun.length === 0) return resume();
    const refused = await resume();
    expect(refused.status).toBe(1);
    for (const { host, title } of begun) expect(refused.stderr).toContain(`${host}: ${title}`);
    const said = begun.map(
      async (intent) => `--begun=${intent.host}=${(await isDone(intent)) ? 'done' : 'again'}`,
    );
    return resume(...(await Promise.all(said)));
  }

  lastRun(): RecordedRun | undefined {
    return this.#read((database) => listRuns(database, { limit: 1 })[0]);
  }

  /** The commands of a run that have no result in the record. */
  begunIn(run: number): readonly OpenIntent[] {
    return this.#read((database) => openIntents(database, run)) ?? [];
  }

  /** Looks at the record as a user does, and lets SQLite look at it. */
  async expectReadable(id: number, end: string): Promise<void> {
    const list = await startTool(['history', '--limit', '5'], this.#place).ended;
    expect(list.status, list.stderr).toBe(0);
    expect(list.stdout).toMatch(new RegExp(`^ *${id} .*${end}`, 'm'));
    const shown = await startTool(['history', 'show', String(id), '-v'], this.#place).ended;
    expect(shown.status, shown.stderr).toBe(0);
    expect(shown.stdout).toMatch(new RegExp(`^run +${id} \\(run\\), .*${end}`));
    expect(this.#read((one) => one.prepare('PRAGMA integrity_check').all())).toEqual([
      { integrity_check: 'ok' },
    ]);
  }

  async #whenFree(again: () => Promise<Ended>): Promise<Ended> {
    for (let attempt = 0; ; attempt++) {
      const ended = await again();
      if (attempt === 20 || !JSON.stringify(ended.events).includes('host-locked')) return ended;
      this.waited++;
      await sleep(200);
    }
  }

  #read<T>(ask: (database: DatabaseSync) => T): T | undefined {
    let database: DatabaseSync;
    try {
      database = new DatabaseSync(this.#history, { readOnly: true });
    } catch {
      return undefined;
    }
    try {
      return ask(database);
    } finally {
      database.close();
    }
  }
}
