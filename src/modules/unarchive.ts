import { type Static, Type } from 'typebox';
import { RolecallError } from '../errors.ts';
import { digest } from '../observe/digest.ts';
import type { Observations } from '../observe/observation.ts';
import { type PathState, path, self } from '../observe/path.ts';
import {
  type ArchiveEntry,
  type ArchiveFormat,
  archiveFormat,
  listArchive,
} from './archive-listing.ts';
import { type RemoteArchive, remoteArchive } from './archive-remote.ts';
import { type Controller, type Decision, defineModule } from './contract.ts';
import { fileOfBytes, type LocalFile } from './copy-source.ts';
import { attributeArguments, attributeProblems, attributeResult } from './file-attributes.ts';
import { FileMemory } from './file-memory.ts';
import { joinPath } from './file-touches.ts';
import { placedEntries, planArchive, unknownOptions } from './unarchive-plan.ts';

const words = (description: string) => Type.Array(Type.String(), { description, default: [] });

const args = Type.Object({
  src: Type.String({
    description: 'The archive on the controller, or with `remote_src` on the host.',
  }),
  dest: Type.String({ description: 'The folder to unpack in; it has to exist.' }),
  ...attributeArguments,
  remote_src: Type.Boolean({ description: 'The archive is on the host already.', default: false }),
  copy: Type.Boolean({
    description: 'The opposite of `remote_src`, as it once was called.',
    default: true,
  }),
  creates: Type.Optional(Type.String({ description: 'Nothing is done when this path exists.' })),
  exclude: words('Globs of entries that are left out.'),
  include: words('Globs of the only entries that are unpacked.'),
  extra_opts: words('More options for tar or unzip.'),
  keep_newer: Type.Boolean({
    description: 'Files on the host that are newer stay.',
    default: false,
  }),
  list_files: Type.Boolean({ description: 'Return the names in the archive.', default: false }),
});

export type UnarchiveArgs = Static<typeof args>;
interface Prepared {
  readonly local?: {
    readonly file: LocalFile;
    readonly format: ArchiveFormat;
    readonly entries: readonly ArchiveEntry[];
  };
}

export const unarchive = defineModule({
  name: 'unarchive',
  summary: 'Unpacks a tar or zip archive into a folder.',
  args,
  examples: [
    '- name: Release\n  unarchive:\n    src: app-1.2.tar.gz\n    dest: /opt/app\n    extra_opts: [--strip-components=1]\n    owner: app',
  ],
  returns: {
    dest: 'The folder.',
    src: 'The archive.',
    handler: 'TarArchive, TgzArchive, … or ZipArchive.',
    files: 'With `list_files`: the names in the archive.',
    state: '`directory`.',
  },
  check: (given) => {
    const problems = attributeProblems(given);
    if (given.include.length > 0 && given.exclude.length > 0) {
      problems.push('include and exclude are mutually exclusive');
    }
    if (/^[a-z]+:\/\//.test(given.src)) {
      problems.push(`src is the address ${given.src}; fetch it with get_url first`);
    }
    return problems;
  },
  prepare: prepareArchive,
  observe: (given): Observations => ({
    self,
    dest: path(given.dest),
    ...(given.creates !== undefined && { creates: path(given.creates) }),
    ...(given.local
      ? entryObservations(given, given.local.entries)
      : { archive: remoteArchive(given.src) }),
  }),
  refine: (given, observed: Record<string, unknown>): Observations => {
    const archive = observed.archive as RemoteArchive | undefined;
    const creates = observed.creates as PathState | undefined;
    return archive && !creates?.exists ? entryObservations(given, archive.entries) : {};
  },
  decide: (given, observed: Record<string, unknown>): Decision => {
    const dest = observed.dest as PathState;
    const creates = observed.creates as PathState | undefined;
    const result = { dest: given.dest, src: given.src, ...attributeResult(dest) };
    if (creates?.exists) {
      const reason = `skipped, since ${given.creates} exists`;
      return { kind: 'unchanged', reason, result: { ...result, msg: reason } };
    }
    const archive = given.local ?? (observed.archive as RemoteArchive);
    if ('problem' in archive && archive.problem !== undefined) {
      return {
        kind: 'failed',
        message: `the archive ${given.src} cannot be read: ${archive.problem}`,
      };
    }
    if (!dest.exists || (dest.type !== 'directory' && dest.type !== 'link')) {
      return { kind: 'failed', message: `dest '${given.dest}' must be an existing dir` };
    }
    const stray = archive.entries.find((entry) => entry.name.split('/').includes('..'));
    if (stray)
      return { kind: 'failed', message: `${given.src} holds ${stray.name}, which leads outside` };
    const source = given.local ? given.local.file.source : { remotePath: given.src };
    return planArchive(given, archive.entries, archive.format!, source, observed, result);
  },
});

async function prepareArchive(given: UnarchiveArgs, controller: Controller): Promise<Prepared> {
  if (given.remote_src || !given.copy) return {};
  const found = await controller.findFile(given.src, 'files');
  return { local: await archives.recall(found, () => readArchive(found, controller)) };
}

const archives = new FileMemory<NonNullable<Prepared['local']>>();

async function readArchive(found: string, controller: Controller) {
  const file = fileOfBytes(await controller.readFile(found));
  const bytes = 'payload' in file.source ? (file.source.payload as Buffer) : Buffer.alloc(0);
  const format = archiveFormat(bytes);
  if (!format) {
    const message = `${found} is neither a tar nor a zip archive`;
    throw new RolecallError({ code: 'module-failed', message });
  }
  return { file, format, entries: await listArchive(found, bytes, format) };
}

/** Every entry where it will be; nothing where options of the user decide about that. */
function entryObservations(given: UnarchiveArgs, entries: readonly ArchiveEntry[]): Observations {
  if (unknownOptions(given.extra_opts).length > 0) return {};
  const observations: Observations = {};
  for (const [index, entry] of placedEntries(given, entries).entries()) {
    const place = joinPath(given.dest, entry.name);
    observations[`p${index}`] = path(place);
    if (entry.sha256 !== undefined) observations[`d${index}`] = digest(place);
  }
  return observations;
}
