import { type Static, Type } from 'typebox';
import { type Observation, predict, probe } from '../observe/observation.ts';
import { pathWord } from '../shell/path-word.ts';
import { joinSh, type Sh, sh } from '../shell/sh.ts';
import { type Decision, defineModule } from './contract.ts';

const flag = (description: string, value: boolean) =>
  Type.Optional(Type.Boolean({ description, default: value }));

const args = Type.Object({
  repo: Type.String({ description: 'The address of the repository.' }),
  dest: Type.String({ description: 'The folder of the checkout.' }),
  version: Type.Optional(
    Type.String({ description: 'A branch, a tag, or a full commit id.', default: 'HEAD' }),
  ),
  remote: Type.Optional(Type.String({ description: 'The name of the remote.', default: 'origin' })),
  clone: flag('Clone when there is no checkout.', true),
  update: flag('Fetch and check out when there is one.', true),
  force: flag('Throw local modifications away.', false),
  bare: flag('A bare repository.', false),
  depth: Type.Optional(
    Type.Integer({ description: 'Commits of history that are fetched.', minimum: 1 }),
  ),
  single_branch: flag('Clone the one branch only.', false),
  recursive: flag('Submodules too.', true),
  key_file: Type.Optional(
    Type.String({ description: 'The private key on the host for SSH addresses.' }),
  ),
  ssh_opts: Type.Optional(Type.String({ description: 'More options for ssh.' })),
  accept_hostkey: flag('Take any host key: better accept_newhostkey or known_hosts.', false),
  accept_newhostkey: flag('Take the host key of a host that is not known yet.', false),
});
type GitArgs = Static<typeof args>;

/** What is at dest, and what the version is at the remote. */
interface GitState {
  readonly exists: boolean;
  readonly isRepository: boolean;
  readonly head: string;
  readonly url: string;
  readonly isDirty: boolean;
  /** The commit that the version means at the remote; empty when it has none of that name. */
  readonly wanted: string;
  readonly error: string;
}

export const git = defineModule({
  name: 'git',
  summary: 'Checks a git repository out at a version.',
  args,
  aliases: { name: 'repo' },
  examples: [
    '- name: The application\n  git:\n    repo: https://git.example.org/app.git\n    dest: /srv/app\n    version: v1.2.0',
  ],
  returns: {
    before: 'The commit before.',
    after: 'The commit afterwards.',
    remote_url_changed: 'Whether the address differs.',
  },
  check: (given) => [
    ...(given.repo.startsWith('-') ? [`'${given.repo}' cannot be a repository`] : []),
    ...(given.version?.startsWith('-') ? [`'${given.version}' cannot be a version`] : []),
    ...(!given.dest.startsWith('/') && !given.dest.startsWith('~')
      ? [`dest '${given.dest}' is not absolute`]
      : []),
  ],
  observe: (given) => ({ git: gitState(given) }),
  decide(given, observed): Decision {
    const now = observed.git;
    const { dest } = given;
    const before = now.head || null;
    if (now.error) return { kind: 'failed', message: `${given.repo}: ${now.error}` };
    if (now.exists && !now.isRepository) {
      return { kind: 'failed', message: `${dest} is there and is no git repository` };
    }
    const result = {
      before,
      after: now.wanted || before,
      remote_url_changed: now.isRepository && now.url !== given.repo,
    };
    if (!now.isRepository && given.clone === false) {
      return { kind: 'unchanged', reason: `${dest} is not cloned, as clone is false`, result };
    }
    if (now.isRepository && given.update === false) {
      return {
        kind: 'unchanged',
        reason: `${dest} is at ${short(now.head)}, as update is false`,
        result: { ...result, after: before },
      };
    }
    if (!now.wanted)
      return {
        kind: 'failed',
        message: `${given.repo} has no branch or tag '${given.version ?? 'HEAD'}'`,
      };
    const same = now.isRepository && now.head === now.wanted && now.url === given.repo;
    if (same && !(now.isDirty && given.force)) {
      return { kind: 'unchanged', reason: `${dest} is at ${short(now.head)}`, result };
    }
    if (now.isDirty && !given.force) {
      return {
        kind: 'failed',
        message: `${dest} has local modifications`,
        hint: 'Set force: true to throw them away.',
        result,
      };
    }
    return {
      kind: 'change',
      summary: now.isRepository
        ? `${short(now.head)} → ${short(now.wanted)}`
        : `clone at ${short(now.wanted)}`,
      diff: [{ header: dest, before: `${now.head}\n`, after: `${now.wanted}\n` }],
      apply: [
        {
          script: now.isRepository
            ? updateScript(given, now.wanted)
            : cloneScript(given, now.wanted),
        },
      ],
      touches: 'everything',
      predicts: [
        predict(gitState(given), {
          ...now,
          exists: true,
          isRepository: true,
          head: now.wanted,
          url: given.repo,
          isDirty: false,
        }),
      ],
      result,
      verify: true,
    };
  },
});

function gitState(given: GitArgs): Observation<GitState> {
  const dest = pathWord(given.dest);
  const version = given.version ?? 'HEAD';
  const names =
    version === 'HEAD'
      ? ['HEAD']
      : [`refs/heads/${version}`, `refs/tags/${version}`, `refs/tags/${version}^{}`];
  const remote = /^[0-9a-f]{40}$/.test(version)
    ? sh`r=${version}`
    : sh`r=$(git ls-remote -- ${given.repo} ${names} 2>&1) || { printf 'error %s\\n' "$(printf %s "$r" | tr '\\n' ' ')"; exit 0; }`;
  return probe(
    'git',
    joinSh([
      environment(given),
      sh`command -v git >/dev/null || { echo 'error git is not on this host'; exit 0; }
[ -e ${dest} ] && [ -n "$(ls -A ${dest} 2>/dev/null)" ] && echo exists
if ${gitIn(given)} rev-parse --git-dir >/dev/null 2>&1 && { [ -e ${dest}/.git ] || [ -e ${dest}/HEAD ]; }; then
echo "head $(${gitIn(given)} rev-parse -q --verify HEAD)"
echo "url $(${gitIn(given)} config --get ${`remote.${given.remote ?? 'origin'}.url`})"
[ -e ${dest}/.git ] && [ -n "$(${gitIn(given)} status --porcelain -uno | head -n 1)" ] && echo dirty
fi
${remote}
printf 'remote\\n%s\\n' "$r"`,
    ]),
    (answer) => readState(answer.stdout.toString()),
  );
}

function readState(text: string): GitState {
  const line = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
  const refs = text.split(/^remote\n/m)[1] ?? '';
  const rows = refs.split('\n').map((row) => row.split('\t'));
  const peeled = rows.find(([, name]) => name?.endsWith('^{}')) ?? rows[0];
  return {
    exists: /^exists$/m.test(text),
    isRepository: line('head') !== undefined,
    head: line('head') ?? '',
    url: line('url') ?? '',
    isDirty: /^dirty$/m.test(text),
    wanted: peeled?.[0] ?? '',
    error: line('error') ?? '',
  };
}

function cloneScript(given: GitArgs, commit: string): Sh {
  const version = given.version ?? 'HEAD';
  const isCommit = version === commit;
  const words = [
    ...(given.bare ? ['--bare'] : ['--origin', given.remote ?? 'origin']),
    ...(given.depth !== undefined && !isCommit ? ['--depth', String(given.depth)] : []),
    ...(given.single_branch ? ['--single-branch'] : []),
    ...(version !== 'HEAD' && !isCommit ? ['--branch', version] : []),
    ...(given.recursive !== false && !given.bare ? ['--recursive'] : []),
  ];
  const parts = [
    environment(given),
    sh`umask 022; mkdir -p -- "$(dirname ${pathWord(given.dest)})" && git clone -q ${words} -- ${given.repo} ${pathWord(given.dest)} || exit`,
  ];
  if (isCommit && !given.bare) parts.push(sh`${gitIn(given)} checkout -q ${commit}`);
  return joinSh(parts);
}

function updateScript(given: GitArgs, commit: string): Sh {
  const remote = given.remote ?? 'origin';
  const version = given.version ?? 'HEAD';
  const depth = given.depth === undefined ? [] : ['--depth', String(given.depth)];
  const inside = gitIn(given);
  const onBranch = sh`if ${inside} show-ref -q --verify ${`refs/remotes/${remote}/${version}`}; then ${inside} checkout -q -B ${version} ${`${remote}/${version}`}; else ${inside} checkout -q ${commit}; fi`;
  const moves =
    version === 'HEAD'
      ? sh`${inside} reset -q --hard ${commit}`
      : version === commit
        ? sh`${inside} checkout -q ${commit}`
        : onBranch;
  const parts = [
    environment(given),
    sh`umask 022
${inside} remote set-url ${remote} ${given.repo} 2>/dev/null || ${inside} remote add ${remote} ${given.repo} || exit
${inside} fetch -q --tags --force ${[...depth, remote]} ${given.bare ? ['+refs/heads/*:refs/heads/*'] : []} || exit`,
  ];
  if (given.bare) return joinSh(parts);
  if (given.force) parts.push(sh`${inside} reset -q --hard || exit`);
  parts.push(sh`${moves} || exit`);
  if (given.recursive !== false) {
    parts.push(
      sh`[ ! -e ${pathWord(given.dest)}/.gitmodules ] || ${inside} submodule -q update --init --recursive`,
    );
  }
  return joinSh(parts);
}

function gitIn(given: GitArgs): Sh {
  return sh`git -C ${pathWord(given.dest)}`;
}

/** Never asks for a name, a password or a host key. */
function environment(given: GitArgs): Sh {
  const accept = given.accept_hostkey ? 'no' : given.accept_newhostkey ? 'accept-new' : 'yes';
  const key =
    given.key_file === undefined
      ? ''
      : sh` -i ${pathWord(given.key_file)} -o IdentitiesOnly=yes`.text;
  const ssh = `ssh -o BatchMode=yes -o StrictHostKeyChecking=${accept}${key}${given.ssh_opts ? ` ${given.ssh_opts}` : ''}`;
  return sh`export GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND=${ssh}`;
}

function short(commit: string): string {
  return commit.slice(0, 10);
}
