import { Type } from 'typebox';
import type { ContentState } from '../observe/content.ts';
import type { Observation } from '../observe/observation.ts';
import { type PathState, path } from '../observe/path.ts';
import { type UserState, user } from '../observe/user.ts';
import { pathWord } from '../shell/path-word.ts';
import { sh } from '../shell/sh.ts';
import { Unknown } from '../values.ts';
import { type Decision, defineModule, type Module } from './contract.ts';
import { ownedFolder } from './file-attributes.ts';
import { parentOf } from './file-touches.ts';
import { assumeAbsent, changeText, textOf, textQuestions } from './managed-text.ts';
import { isSameKey, keyLine, readKey, type SshKey } from './ssh-keys.ts';

const args = Type.Object({
  user: Type.String({ description: 'Whose keys.' }),
  key: Type.String({ description: 'One public key or several, one per line; a URL is refused.' }),
  state: Type.Optional(
    Type.Union([Type.Literal('present'), Type.Literal('absent')], {
      description: 'Whether the keys may log in.',
      default: 'present',
    }),
  ),
  key_options: Type.Optional(
    Type.String({ description: 'Put before each key: `from="10.0.0.0/8",no-pty`.' }),
  ),
  comment: Type.Optional(Type.String({ description: 'Replaces the comment of each key.' })),
  exclusive: Type.Optional(
    Type.Boolean({ description: 'Remove everything else from the file.', default: false }),
  ),
  path: Type.Optional(
    Type.String({ description: 'The file; `~/.ssh/authorized_keys` of the user when left out.' }),
  ),
  manage_dir: Type.Optional(
    Type.Boolean({ description: 'Make its folder with mode 0700 for the user.', default: true }),
  ),
  follow: Type.Optional(
    Type.Boolean({
      description: 'Taken for compatibility: a symlink is followed.',
      default: false,
    }),
  ),
  validate_certs: Type.Optional(
    Type.Boolean({ description: 'Taken for compatibility.', default: true }),
  ),
});

export const authorizedKey: Module = defineModule<
  typeof args,
  object,
  { user: Observation<UserState> },
  Record<string, Observation<unknown>>
>({
  name: 'authorized_key',
  summary: 'Adds and removes SSH keys that may log in as a user.',
  args,
  examples: [
    "- name: The administrators' key\n  authorized_key:\n    user: deploy\n    key: \"{{ lookup('file', 'keys/admin.pub') }}\"",
  ],
  returns: { keyfile: 'The file.', key: 'The keys.', user: 'Whose keys.' },
  check(given) {
    if (/^(https?|ftp|file):\/\//.test(given.key)) {
      return ["key as a URL is not supported; fetch it with lookup('url', …) or get_url"];
    }
    const lines = given.key
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
    const bad = lines.find((line) => !readKey(line));
    if (bad !== undefined) return [`not an SSH public key: '${bad.slice(0, 60)}'`];
    if (lines.length === 0 && !given.exclusive) return ['key is empty'];
    return given.key_options?.includes('\n') ? ['key_options cannot hold a newline'] : [];
  },
  observe: (given) => ({ user: user(given.user) }),
  refine(given, observed) {
    const file = fileOf(given, observed.user);
    return file === undefined ? {} : { ...textQuestions(file), folder: path(parentOf(file)) };
  },
  decideUnknown: (given, observed) =>
    observed.user instanceof Unknown
      ? { kind: 'unknown', reason: `a package may bring the user ${given.user}` }
      : authorizedKey.decide(given, assumeAbsent(observed)),
  decide(given, observed): Decision {
    const owner = observed.user;
    const file = fileOf(given, owner);
    if (file === undefined || !owner.exists) {
      return { kind: 'failed', message: `there is no user ${given.user} on this host` };
    }
    const before = textOf(observed as unknown as { text: ContentState });
    if (before === undefined)
      return { kind: 'failed', message: `${file} cannot be read as a text file` };
    const keys = wantedKeys(given);
    const after =
      given.state === 'absent'
        ? without(before, keys)
        : withKeys(before, keys, given.exclusive === true);
    const result = {
      user: given.user,
      keyfile: file,
      key: given.key,
      state: given.state ?? 'present',
    };
    if (after === before) {
      const word = given.state === 'absent' ? 'has none of these keys' : 'has these keys';
      return { kind: 'unchanged', reason: `${file} ${word}`, result };
    }
    const folder = observed.folder as PathState;
    const manages = given.manage_dir !== false && given.state !== 'absent';
    return changeText({
      file,
      place: observed.place as PathState,
      before,
      after,
      summary: `${given.state === 'absent' ? 'remove' : 'set'} ${keys.length} key${keys.length === 1 ? '' : 's'} in ${file}`,
      result,
      newMode: 0o600,
      ...(manages && { mode: 0o600, owner: owner.name, group: owner.group }),
      ...(manages &&
        !folder.exists && {
          stepsBefore: [
            {
              script: sh`d=${pathWord(parentOf(file))}
[ -d "$d" ] || { mkdir -m 700 "$d" && chown ${`${owner.name}:${owner.group}`} "$d"; }`,
            },
          ],
          touches: [path(parentOf(file))],
          predicts: [{ observation: path(parentOf(file)), state: keysFolder(owner) }],
        }),
    });
  },
});

function fileOf(
  given: { readonly user: string; readonly path?: string },
  owner: UserState,
): string | undefined {
  if (!owner.exists) return undefined;
  if (given.path === undefined) return `${owner.home.replace(/\/$/, '')}/.ssh/authorized_keys`;
  return given.path
    .replace(/^~(?=\/|$)/, owner.home)
    .replaceAll('%h', owner.home)
    .replaceAll('%u', owner.name);
}

function wantedKeys(given: {
  readonly key: string;
  readonly key_options?: string;
  readonly comment?: string;
}): SshKey[] {
  return given.key
    .split('\n')
    .map((line) => readKey(line))
    .filter((key) => key !== undefined)
    .map((key) => ({
      ...key,
      ...(given.key_options !== undefined && { options: given.key_options }),
      ...(given.comment !== undefined && { comment: given.comment }),
    }));
}

/** Keys that are there stay in their place; new ones come last. */
function withKeys(text: string, keys: readonly SshKey[], exclusive: boolean): string {
  const missing = new Set(keys);
  const lines = text.split('\n').flatMap((line) => {
    const there = readKey(line);
    const wanted = there && keys.find((key) => isSameKey(key, there));
    if (!wanted) return exclusive && line !== '' ? [] : [line];
    if (!missing.delete(wanted)) return [];
    return [isEqual(there, wanted) ? line : keyLine(wanted)];
  });
  const kept = lines.join('\n');
  const added = [...missing].map((key) => `${keyLine(key)}\n`).join('');
  if (added === '') return kept;
  return `${kept}${kept === '' || kept.endsWith('\n') ? '' : '\n'}${added}`;
}

function isEqual(a: SshKey, b: SshKey): boolean {
  return isSameKey(a, b) && a.options === b.options && a.comment === b.comment;
}

function without(text: string, keys: readonly SshKey[]): string {
  return text
    .split('\n')
    .filter((line) => {
      const there = readKey(line);
      return !there || !keys.some((key) => isSameKey(key, there));
    })
    .join('\n');
}

function keysFolder({ uid, gid, name, group }: UserState & { readonly exists: true }): PathState {
  return ownedFolder(0o700, { uid, gid, owner: name, group });
}
