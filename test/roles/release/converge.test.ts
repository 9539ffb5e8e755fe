import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archivesPruneModule } from '../../../roles/release/archives-prune.ts';
import { releaseCurrentModule } from '../../../roles/release/release-current.ts';
import { releasePresentModule } from '../../../roles/release/release-present.ts';
import { releasePruneModule } from '../../../roles/release/release-prune.ts';
import { releasePublishedModule } from '../../../roles/release/release-published.ts';
import { converge } from '../../modules/support/converge.ts';

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolecall-releases-'));
  root = join(folder, 'small');
  mkdirSync(join(root, 'releases'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const me = { owner: String(process.getuid!()), group: String(process.getgid!()) };
const present = (artifact: string, more: object = {}) =>
  converge(releasePresentModule, { artifact, root, ...me, ...more });
const switchTo = (artifact: string) => converge(releaseCurrentModule, { artifact, root });
const releases = () => readdirSync(join(root, 'releases')).sort();

describe('on this machine', () => {
  test('a release is unpacked under the name of its content, once', async () => {
    const first = await present(archive('v1'));
    expect(first.failed).toBeUndefined();
    expect(first.second?.kind).toBe('unchanged');
    const { release } = first.result as { release: string };
    expect(releases()).toEqual([release]);
    const place = join(root, 'releases', release);
    expect(readFileSync(join(place, 'server.mjs'), 'utf8')).toBe('v1');
    expect(statSync(place).mode & 0o777).toBe(0o755);
    expect(statSync(join(place, 'server.mjs')).mode & 0o777).toBe(0o644);
    expect(statSync(join(place, 'run.sh')).mode & 0o777).toBe(0o755);
    expect((await present(archive('v1'))).decision.kind).toBe('unchanged');
  });

  test('a checksum that is declared is compared ahead of everything', async () => {
    const { decision } = await present(archive('v1'), { sha256: 'c'.repeat(64) });
    expect(decision).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/instead of c{64}/),
    });
  });

  test('what does not arrive whole is never unpacked', async () => {
    const artifact = archive('v1');
    const { decision } = await converge(
      releasePresentModule,
      { artifact, root, ...me },
      { check: true },
    );
    if (decision.kind !== 'change') throw new Error(decision.kind);
    writeFileSync(artifact, Buffer.alloc(statSync(artifact).size));
    const step = decision.apply[0]!;
    const ended = execFailing(step.script.text, readFileSync(artifact));
    expect(ended).toMatch(/did not arrive whole: its sha256 is not [0-9a-f]{64} but [0-9a-f]{64}/);
    expect(releases()).toEqual([]);
  });

  test('paths that lead outside are refused', async () => {
    const artifact = join(folder, 'evil.tar');
    writeFileSync(join(folder, 'loot'), 'x');
    mkdirSync(join(folder, 'inner'));
    execFileSync('tar', ['-cPf', artifact, '-C', join(folder, 'inner'), '../loot']);
    expect((await present(artifact)).failed).toMatch(/lead outside/);
    expect(releases()).toEqual([]);
  });

  test('what is no archive is refused', async () => {
    writeFileSync(join(folder, 'text'), 'text');
    expect((await present(join(folder, 'text'))).failed).toMatch(/cannot be read/);
  });

  test('what a killed run left is swept', async () => {
    mkdirSync(join(root, 'releases/.incoming.dead/content'), { recursive: true });
    const { result } = await present(archive('v1'));
    expect(releases()).toEqual([(result as { release: string }).release]);
  });

  test('shared folders are links, whatever the archive has there', async () => {
    const shared = ['uploads', 'static/cache'];
    const { result, second } = await present(archive('v1'), { shared });
    const place = join(root, 'releases', (result as { release: string }).release);
    expect(second?.kind).toBe('unchanged');
    for (const name of shared) {
      expect(readlinkSync(join(place, name))).toBe(join(root, 'shared', name));
    }
  });

  test('a shared folder below a link that leads outside is refused', async () => {
    mkdirSync(join(folder, 'elsewhere/cache'), { recursive: true });
    const artifact = archive('v1', { link: join(folder, 'elsewhere') });
    const { failed } = await present(artifact, { shared: ['link/cache'] });
    expect(failed).toMatch(/link\/cache leads out of the release/);
    expect(existsSync(join(folder, 'elsewhere/cache'))).toBe(true);
    expect(releases()).toEqual([]);
  });

  test('archives are pruned by the time of their publication', async () => {
    for (const [index, name] of ['small-a.tar', 'small-b.tar', 'other-c.tar'].entries()) {
      writeFileSync(join(folder, name), name);
      utimesSync(join(folder, name), 1000 + index, 1000 + index);
    }
    const given = { folder, application: 'small', current: 'small-new.tar', keep: 2 };
    const { result, second } = await converge(archivesPruneModule, given);
    expect(result).toEqual({ removed: ['small-a.tar'] });
    expect(second?.kind).toBe('unchanged');
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.tar'))
        .sort(),
    ).toEqual(['other-c.tar', 'small-b.tar']);
  });

  test('the switch leaves a link to the release before', async () => {
    const ids = [];
    for (const version of ['v1', 'v2']) {
      await present(archive(version));
      const { result, second } = await switchTo(archive(version));
      expect(second?.kind).toBe('unchanged');
      ids.push((result as { release: string }).release);
    }
    expect(readlinkSync(join(root, 'current'))).toBe(`releases/${ids[1]}`);
    expect(readlinkSync(join(root, 'previous'))).toBe(`releases/${ids[0]}`);
  });

  test('a switch to what is not there fails and leaves the link', async () => {
    await present(archive('v1'));
    await switchTo(archive('v1'));
    const before = readlinkSync(join(root, 'current'));
    expect((await switchTo(archive('v2'))).failed).toMatch(/there is no release/);
    expect(readlinkSync(join(root, 'current'))).toBe(before);
  });

  test('old releases go, not the one in which a process works', async () => {
    const names = ['r1', 'r2', 'r3', 'r4'];
    for (const [index, name] of names.entries()) {
      mkdirSync(join(root, 'releases', name));
      utimesSync(join(root, 'releases', name), 1000 + index, 1000 + index);
    }
    execFileSync('ln', ['-s', 'releases/r4', join(root, 'current')]);
    const process = spawn('sleep', ['60'], { cwd: join(root, 'releases/r1') });
    try {
      const { result, second } = await converge(releasePruneModule, { root, keep: 2 });
      expect(result).toEqual({ removed: ['r2'] });
      expect(second?.kind).toBe('unchanged');
      expect(releases()).toEqual(['r1', 'r3', 'r4']);
    } finally {
      process.kill();
    }
  });

  test('an archive is published by one rename, readable for all', async () => {
    const file = join(folder, 'published.tar.gz');
    const { second } = await converge(releasePublishedModule, { artifact: archive('v1'), file });
    expect(second?.kind).toBe('unchanged');
    expect(readFileSync(file)).toEqual(readFileSync(archive('v1')));
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder).filter((name) => name.startsWith('.incoming'))).toEqual([]);
  });
});

/** The same bytes for the same version. */
function archive(version: string, links: Readonly<Record<string, string>> = {}): string {
  const file = join(folder, `${version}.tar.gz`);
  if (existsSync(file)) return file;
  const content = mkdtempSync(join(folder, 'content-'));
  writeFileSync(join(content, 'server.mjs'), version);
  writeFileSync(join(content, 'run.sh'), 'true', { mode: 0o700 });
  mkdirSync(join(content, 'uploads'));
  writeFileSync(join(content, 'uploads/sample'), 'x');
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(content, name));
  execFileSync('tar', ['-czf', file, '-C', content, '.']);
  return file;
}

function execFailing(script: string, input: Buffer): string {
  try {
    execFileSync('sh', ['-c', script], { input, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    return String((error as { stderr: Buffer }).stderr);
  }
  throw new Error('it succeeded');
}
