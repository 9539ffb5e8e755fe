import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { type ContentState, content } from '../observe/content.ts';
import type { Observations } from '../observe/observation.ts';
import { type PathState, path, self } from '../observe/path.ts';
import { RegexError } from '../regex.ts';
import { Unknown } from '../values.ts';
import type { Decision, ResultData } from './contract.ts';
import type { FileAttributes } from './file-attributes.ts';
import { changeOf } from './file-decision.ts';
import { defaultDirectoryMode } from './file-mode.ts';
import { planFile } from './file-plan.ts';
import { maxDiffBytes } from './file-target.ts';
import { parentOf } from './file-touches.ts';

/** The arguments that lineinfile, blockinfile and replace share, besides those of the file itself. */
export const editArguments = {
  path: Type.String({ description: 'The file to edit; links are followed.' }),
  backup: Type.Boolean({ description: 'Keep the old file under a dated name.', default: false }),
  validate: Type.Optional(
    Type.String({
      description: 'Command that checks the new file (%s) before it is put in place.',
    }),
  ),
};

export const pathAliases = { dest: 'path', destfile: 'path', name: 'path' } as const;

export interface EditRequest {
  readonly path: string;
  readonly backup: boolean;
  readonly validate?: string;
  readonly attributes: FileAttributes;
  /** Make the file, and folders above it, when it is not there. */
  readonly create: boolean;
  /** The result key of the backup's name. */
  readonly backupKey: 'backup' | 'backup_file';
}

/** What an edit makes of a file. */
export interface Edit {
  readonly content: Buffer;
  /** Ansible's `msg` when the content changes: `line added`. */
  readonly message: string;
  /** Further result keys. */
  readonly result?: ResultData;
}

/** The file with its content, and who and where. */
export function editObservations(name: string): Observations {
  return { self, at: path(name), old: content(name), parent: path(parentOf(name)) };
}

/** Where a link leads. */
export function editRefinement(observed: { readonly [name: string]: unknown }): Observations {
  const at = observed.at as PathState;
  return at.exists && at.type === 'link' && at.realpath ? { real: path(at.realpath) } : {};
}

/**
 * The decision about a file whose content is computed from the old one. `edit` gets undefined for a file
 * that is not there, and gives a sentence where the content cannot be made.
 */
export function decideEdit(
  request: EditRequest,
  observed: { readonly [name: string]: unknown },
  edit: (old: Buffer | undefined) => Edit | { readonly problem: string },
): Decision {
  const at = observed.at as PathState;
  const old = observed.old as ContentState;
  const isLink = at.exists && at.type === 'link';
  const state = isLink ? ((observed.real as PathState | undefined) ?? { exists: false }) : at;
  if (state.exists && state.type === 'directory')
    return failure(`Path ${request.path} is a directory !`, 256);
  if (isLink && !state.exists)
    return failure(`${request.path} is a link that leads nowhere: ${at.target}`, 257);
  if (!state.exists && at.exists === false && at.denied) {
    return failure(`${request.path} cannot be reached: permission denied`, 257);
  }
  if (!state.exists && !request.create)
    return failure(`Path ${request.path} does not exist !`, 257);
  if (state.exists && old.bytes === undefined) {
    return failure(`${request.path} cannot be edited: it is ${old.why}`, 257);
  }
  const edited = editSafely(edit, old.bytes);
  if ('problem' in edited) return failure(edited.problem, 1);
  if (!state.exists && edited.message === '') {
    return { kind: 'unchanged', reason: `${request.path} is not needed`, result: { msg: '' } };
  }
  const isSame = old.bytes?.equals(edited.content) ?? false;
  const plan = planFile(
    {
      path: request.path,
      real: isLink ? at.realpath! : request.path,
      state,
      digest: { digest: old.bytes && sha256Of(old.bytes) },
      old,
      parent: observed.parent as PathState,
      self: observed.self as PathState,
    },
    {
      source: { payload: edited.content },
      sha256: sha256Of(edited.content),
      size: edited.content.length,
      ...(edited.content.length <= maxDiffBytes && { bytes: edited.content }),
      attributes: request.attributes,
      backup: request.backup,
      validate: request.validate,
      ...(request.create && { parentMode: defaultDirectoryMode }),
    },
  );
  if ('problem' in plan) return failure(plan.problem, 1);
  const hasAttributes = plan.differences.some((difference) =>
    /^(mode|owner|group) /.test(difference),
  );
  const messages = [
    ...(isSame ? [] : [edited.message]),
    ...(hasAttributes ? ['ownership, perms or SE linux context changed'] : []),
  ];
  const result: ResultData = {
    ...edited.result,
    ...(request.backupKey === 'backup' && { backup: '' }),
    msg: messages.join(' and ') || String(edited.result?.msg ?? ''),
  };
  if (plan.differences.length === 0) {
    return { kind: 'unchanged', reason: `${request.path} already is as asked`, result };
  }
  const decision = changeOf(plan, request.path, result, request.backup && state.exists);
  if (decision.kind !== 'change') return decision;
  const lines = isSame ? plan.differences : [edited.message, ...plan.differences.slice(1)];
  // an expression that matches its own result never comes to rest; Ansible lets it
  const again = isSame ? edited : editSafely(edit, edited.content);
  const isStable = 'content' in again && again.content.equals(edited.content);
  const note = isStable ? [] : ['and would change again in the next run'];
  return {
    ...decision,
    summary: `${request.path}: ${[...lines, ...note].join(', ')}`,
    verify: isStable,
    ...backupUnder(request.backupKey, decision),
  };
}

/** Check mode: nothing can be said about the content of a file that is not there yet. */
export function unknownEdit(observed: { readonly [name: string]: unknown }): Decision {
  const unknown = Object.values(observed).find((answer) => answer instanceof Unknown);
  return { kind: 'unknown', reason: unknown?.reason ?? 'the content of the file is not known yet' };
}

/** Text as latin1, one character per byte, as Python's `bytes` are matched. */
export function byteText(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function failure(message: string, rc: number): Decision {
  return { kind: 'failed', message, result: { rc } };
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function editSafely(
  edit: (old: Buffer | undefined) => Edit | { readonly problem: string },
  old: Buffer | undefined,
): Edit | { readonly problem: string } {
  try {
    return edit(old);
  } catch (error) {
    if (error instanceof RegexError) return { problem: error.message };
    throw error;
  }
}

function backupUnder(key: 'backup' | 'backup_file', decision: Decision & { kind: 'change' }) {
  const { complete } = decision;
  if (key === 'backup_file' || !complete) return {};
  return {
    unknownResult: ['backup'],
    complete: (outputs: Parameters<typeof complete>[0]) => {
      const { result, ...rest } = complete(outputs);
      const { backup_file: backup, ...others } = result;
      return { ...rest, result: { ...others, backup: backup ?? '' } };
    },
  };
}
