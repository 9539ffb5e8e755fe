import { type Static, Type } from 'typebox';
import { content } from '../observe/content.ts';
import { type DigestState, digest } from '../observe/digest.ts';
import type { Observations } from '../observe/observation.ts';
import { type PathState, path } from '../observe/path.ts';
import { type TreeState, tree } from '../observe/tree.ts';
import { Unknown } from '../values.ts';
import { validateProblem } from './atomic-write.ts';
import { type Controller, type Decision, defineModule } from './contract.ts';
import {
  assumeAbsent,
  decideDirectory,
  directoryObservations,
  directoryRefinement,
} from './copy-directory.ts';
import { remoteDirectory, remoteDirectoryObservations } from './copy-remote-directory.ts';
import {
  fileOfBytes,
  type LocalDirectory,
  type LocalFile,
  readSource,
  remoteSource,
  sourceName,
} from './copy-source.ts';
import { attributeArguments, attributeProblems } from './file-attributes.ts';
import { decideSource } from './file-decision.ts';
import { modeProblem } from './file-mode.ts';
import {
  assumeBrought,
  maxDiffBytes,
  type TargetQuestion,
  targetObservations,
  targetRefinement,
} from './file-target.ts';
import { pythonJson } from './python-json.ts';

const args = Type.Object({
  src: Type.Optional(
    Type.String({
      description:
        'File or folder on the controller (with `remote_src`: on the host). A folder with a trailing slash means what is in it.',
    }),
  ),
  content: Type.Optional(
    Type.Unknown({ description: 'The content itself, in place of `src`; data becomes JSON.' }),
  ),
  dest: Type.String({ description: 'Where on the host; with a trailing slash a folder.' }),
  ...attributeArguments,
  directory_mode: Type.Optional(
    Type.Union([Type.Integer(), Type.String()], {
      description: 'Mode of the folders that are copied or made.',
    }),
  ),
  backup: Type.Boolean({ description: 'Keep the old file under a dated name.', default: false }),
  force: Type.Boolean({
    description: 'Replace a file with other content; false leaves what is there.',
    default: true,
  }),
  validate: Type.Optional(
    Type.String({
      description: 'Command that checks the new file (%s) before it is put in place.',
    }),
  ),
  remote_src: Type.Boolean({ description: '`src` is on the host already.', default: false }),
  follow: Type.Boolean({
    description: 'Write where a link at `dest` leads; false replaces the link.',
    default: false,
  }),
  local_follow: Type.Boolean({
    description: 'Copy what links in `src` lead to; false copies the links.',
    default: true,
  }),
  decrypt: Type.Boolean({ description: 'Decrypt vault files on the controller.', default: true }),
  checksum: Type.Optional(
    Type.String({ description: 'SHA-1 that the source must have; fails when it differs.' }),
  ),
});

type CopyArgs = Static<typeof args>;
interface Prepared {
  readonly local?: LocalFile | LocalDirectory;
}

export const copy = defineModule({
  name: 'copy',
  summary: 'Puts a file, a folder or given text on the host.',
  args,
  examples: [
    '- name: Message of the day\n  copy:\n    content: "Welcome to {{ inventory_hostname }}\\n"\n    dest: /etc/motd\n    mode: "0644"',
    '- name: A checked sudoers file\n  copy:\n    src: deploy.sudoers\n    dest: /etc/sudoers.d/deploy\n    mode: "0440"\n    validate: visudo -cf %s',
  ],
  returns: {
    dest: 'Path of the file on the host.',
    src: 'The source.',
    checksum: 'SHA-1 of the content.',
    backup_file: 'Name of the backup, when one was made.',
    mode: "Permissions, as '0644'.",
    owner: 'Owner.',
    group: 'Group.',
    uid: 'Id of the owner.',
    gid: 'Id of the group.',
    size: 'Bytes.',
    state: '`file` or `directory`.',
  },
  check: copyProblems,
  prepare: prepareCopy,
  observe: (given: CopyArgs & Prepared): Observations => {
    if (given.local?.kind === 'directory')
      return directoryObservations(folderOf(given, given.local));
    const source: Observations = given.remote_src
      ? {
          src: path(given.src!),
          srcSum: digest(given.src!),
          srcSha1: digest(given.src!, 'sha1'),
          srcTree: tree(given.src!),
        }
      : {};
    return { ...targetObservations(question(given)), ...source };
  },
  refine: (given: CopyArgs & Prepared, observed: Record<string, unknown>): Observations => {
    if (given.local?.kind === 'directory') {
      return directoryRefinement(folderOf(given, given.local), observed);
    }
    if (isRemoteFolder(given, observed)) {
      const folder = folderOf(given, remoteDirectory(given.src!, observed));
      return {
        ...directoryObservations(folder),
        ...remoteDirectoryObservations(given.src!, observed),
      };
    }
    const sum = given.remote_src ? (observed.srcSum as DigestState).digest : given.local?.sha256;
    const second = targetRefinement(question(given), sum, observed);
    const src = observed.src as PathState | undefined;
    const isSmall = src?.exists && src.size <= maxDiffBytes;
    const needsText = isSmall && sum !== (observed.sum as DigestState).digest;
    return { ...second, ...(needsText && { srcContent: content(given.src!) }) };
  },
  decide: (given: CopyArgs & Prepared, observed: Record<string, unknown>) =>
    given.local?.kind === 'directory'
      ? decideDirectory(folderOf(given, given.local), observed)
      : isRemoteFolder(given, observed)
        ? decideDirectory(folderOf(given, remoteDirectory(given.src!, observed)), observed)
        : decideCopy(given, observed),
  decideUnknown: (given: CopyArgs & Prepared, observed: Record<string, unknown>) => {
    if (given.local?.kind === 'directory') {
      const folder = folderOf(given, given.local);
      return decideDirectory(folder, assumeAbsent(observed));
    }
    const assumed = assumeBrought(observed);
    if (assumed instanceof Unknown) return { kind: 'unknown', reason: assumed.reason };
    if (!given.force) {
      return { kind: 'unknown', reason: `whether ${given.dest} will be there is not known` };
    }
    return decideCopy(given, assumed);
  },
});

function copyProblems(given: CopyArgs): string[] {
  const problems = attributeProblems(given);
  if (given.directory_mode !== undefined) {
    const problem = modeProblem(given.directory_mode, 'directory_mode');
    if (problem) problems.push(problem);
  }
  if (given.src !== undefined && given.content !== undefined) {
    problems.push('src and content are mutually exclusive');
  }
  if (given.src === undefined && given.content === undefined)
    problems.push('src or content is required');
  if (given.content !== undefined && given.dest.endsWith('/')) {
    problems.push(`content needs a file for dest, and ${given.dest} is a directory`);
  }
  const problem = given.validate === undefined ? undefined : validateProblem(given.validate);
  return problem ? [...problems, problem] : problems;
}

async function prepareCopy(given: CopyArgs, controller: Controller): Promise<Prepared> {
  if (given.content !== undefined) {
    const text = typeof given.content === 'string' ? given.content : pythonJson(given.content);
    return { local: fileOfBytes(Buffer.from(text)) };
  }
  if (given.remote_src) return {};
  const found = await controller.findFile(given.src!, 'files');
  const options = { decrypt: given.decrypt, follow: given.local_follow };
  return { local: await readSource(found, controller, options) };
}

function question(given: CopyArgs & Prepared): TargetQuestion {
  const name = given.src === undefined ? undefined : sourceName(given.src);
  return { dest: given.dest, basename: name, follow: given.follow };
}

function isRemoteFolder(given: CopyArgs, observed: Record<string, unknown>): boolean {
  return given.remote_src && (observed.srcTree as TreeState).exists;
}

function folderOf(given: CopyArgs & Prepared, local: LocalDirectory) {
  const keepsName = !given.src!.endsWith('/');
  const dest = given.dest.replace(/(?<=.)\/+$/, '');
  return {
    src: given.src!,
    dest: keepsName ? `${dest === '/' ? '' : dest}/${sourceName(given.src!)}` : dest,
    local,
    attributes: { ...given, mode: given.mode ?? (given.remote_src ? 'preserve' : undefined) },
    directoryMode: given.directory_mode,
    force: given.force,
    backup: given.backup,
    follow: given.follow,
    validate: given.validate,
  };
}

function decideCopy(given: CopyArgs & Prepared, observed: Record<string, unknown>): Decision {
  const source = given.remote_src ? remoteSource(given.src!, observed) : (given.local as LocalFile);
  if ('problem' in source) return { kind: 'failed', message: source.problem };
  if (given.checksum !== undefined && given.checksum.toLowerCase() !== source.sha1) {
    return {
      kind: 'failed',
      message: `${given.src ?? 'content'} has checksum ${source.sha1} instead of ${given.checksum}`,
    };
  }
  return decideSource(given, source, question(given), observed, {
    src: given.src ?? null,
    checksum: source.sha1,
  });
}
