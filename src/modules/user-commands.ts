import { pathWord } from '../shell/path-word.ts';
import { joinSh, rawSh, sh } from '../shell/sh.ts';
import type { ApplyStep } from './contract.ts';
import type { UserArgs } from './user-args.ts';
import type { UserDifferences } from './user-differences.ts';

const needsTools = rawSh(
  `PATH=$PATH:/usr/sbin:/sbin
command -v useradd >/dev/null || { echo 'useradd, usermod and userdel are needed (package passwd or shadow)' >&2; exit 127; }`,
);

export function createSteps(args: UserArgs, ownGroupExists: boolean): ApplyStep[] {
  const words: string[] = [];
  if (args.uid !== undefined) words.push('-u', String(args.uid));
  if (args.non_unique) words.push('-o');
  if (args.group !== undefined) words.push('-g', args.group);
  else if (ownGroupExists) words.push('-N');
  const groups = (args.groups ?? []).filter(Boolean);
  if (groups.length > 0) words.push('-G', groups.join(','));
  if (args.comment !== undefined) words.push('-c', args.comment);
  if (args.home !== undefined) words.push('-d', args.home);
  if (args.shell !== undefined) words.push('-s', args.shell);
  if (args.system) words.push('-r');
  if (args.create_home === false) words.push('-M');
  else {
    words.push('-m');
    if (args.skeleton !== undefined) words.push('-k', args.skeleton);
    if (args.umask !== undefined) words.push('-K', `UMASK=${args.umask}`);
  }
  if (args.expires !== undefined && args.expires >= 0) words.push('-e', day(args.expires));
  const steps: ApplyStep[] = [
    { script: joinSh([needsTools, sh`useradd ${words} -- ${args.name}`]) },
  ];
  if (args.password !== undefined) {
    const bare = args.password.replace(/^!+/, '');
    steps.push(passwordStep(args.name, args.password_lock ? `!${bare}` : args.password));
  }
  return [...steps, ...ageSteps(args.name, initialAges(args))];
}

export function modifySteps(args: UserArgs, differences: UserDifferences): ApplyStep[] {
  const { name } = args;
  const words: string[] = [];
  if (differences.uid !== undefined) {
    words.push('-u', String(differences.uid), ...(args.non_unique ? ['-o'] : []));
  }
  if (differences.group !== undefined) words.push('-g', differences.group);
  if (differences.groups !== undefined) words.push('-G', differences.groups.join(','));
  if (differences.comment !== undefined) words.push('-c', differences.comment);
  if (differences.home !== undefined) {
    words.push('-d', differences.home, ...(args.move_home ? ['-m'] : []));
  }
  if (differences.shell !== undefined) words.push('-s', differences.shell);
  if (differences.locked !== undefined) words.push(differences.locked ? '-L' : '-U');
  if (differences.expires !== undefined) words.push('-e', day(differences.expires * 86_400));
  if (differences.neverExpires) words.push('-e', '');
  const steps: ApplyStep[] = [];
  if (words.length > 0) {
    steps.push({ script: joinSh([needsTools, sh`usermod ${words} -- ${name}`]) });
  }
  if (differences.hash !== undefined) steps.push(passwordStep(name, differences.hash));
  return [...steps, ...ageSteps(name, differences)];
}

/** An existing account whose home is missing gets one from the skeleton, as useradd would make it. */
export function homeStep(args: UserArgs, home: string): ApplyStep {
  const skeleton = args.skeleton ?? '/etc/skel';
  const mode = (0o777 & ~Number.parseInt(args.umask ?? '077', 8)).toString(8);
  return {
    script: sh`h=${pathWord(home)}
[ -d "$h" ] || { mkdir -p -m 755 "$(dirname "$h")" && if [ -d ${pathWord(skeleton)} ]; then cp -R ${pathWord(skeleton)} "$h"; else mkdir "$h"; fi && chown -R ${args.name}: "$h" && chmod ${mode} "$h"; }`,
  };
}

export function keyStep(args: UserArgs, home: string): ApplyStep {
  const file = keyFile(args, home);
  const words = ['-q', '-t', args.ssh_key_type ?? 'rsa'];
  if (args.ssh_key_bits !== undefined) words.push('-b', String(args.ssh_key_bits));
  const comment =
    args.ssh_key_comment === undefined
      ? rawSh('"ansible-generated on $(uname -n)"')
      : sh`${args.ssh_key_comment}`;
  return {
    script: sh`f=${pathWord(file)}
d=$(dirname "$f")
if [ ! -d "$d" ]; then mkdir -m 700 "$d" && chown ${args.name}: "$d" || exit; fi
ssh-keygen ${words} -C ${comment} -N '' -f "$f" && chown ${args.name}: "$f" "$f.pub"`,
  };
}

/** Tells uid, gid and, with generate_ssh_key, the public key. */
export function reportStep(args: UserArgs, home: string): ApplyStep {
  const key = args.generate_ssh_key
    ? sh`cat ${pathWord(`${keyFile(args, home)}.pub`)}`
    : rawSh(':');
  return { script: joinSh([sh`id -u -- ${args.name}; id -g -- ${args.name}`, key]) };
}

export function removeStep(args: UserArgs): ApplyStep {
  const words = [...(args.force ? ['-f'] : []), ...(args.remove ? ['-r'] : [])];
  return { script: joinSh([needsTools, sh`userdel ${words} -- ${args.name}`]) };
}

/** Absolute path of the private key. */
export function keyFile(args: UserArgs, home: string): string {
  const file = args.ssh_key_file ?? `.ssh/id_${args.ssh_key_type ?? 'rsa'}`;
  return file.startsWith('/') ? file : `${home.replace(/\/$/, '')}/${file}`;
}

/** The hash goes in on stdin: arguments can be seen by every user of the host. */
function passwordStep(name: string, hash: string): ApplyStep {
  return {
    script: rawSh('PATH=$PATH:/usr/sbin:/sbin chpasswd -e'),
    stdin: Buffer.from(`${name}:${hash}\n`),
  };
}

function ageSteps(
  name: string,
  ages: Pick<UserDifferences, 'maximumDays' | 'minimumDays' | 'warningDays'>,
): ApplyStep[] {
  const words = [
    ...(ages.maximumDays === undefined ? [] : ['-M', String(ages.maximumDays)]),
    ...(ages.minimumDays === undefined ? [] : ['-m', String(ages.minimumDays)]),
    ...(ages.warningDays === undefined ? [] : ['-W', String(ages.warningDays)]),
  ];
  return words.length > 0 ? [{ script: sh`chage ${words} -- ${name}` }] : [];
}

function initialAges(args: UserArgs): UserDifferences {
  return {
    ...(args.password_expire_max !== undefined && { maximumDays: args.password_expire_max }),
    ...(args.password_expire_min !== undefined && { minimumDays: args.password_expire_min }),
    ...(args.password_expire_warn !== undefined && { warningDays: args.password_expire_warn }),
  };
}

function day(seconds: number): string {
  return new Date(Math.floor(seconds / 86_400) * 86_400_000).toISOString().slice(0, 10);
}
