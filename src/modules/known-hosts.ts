import { createHmac, randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { type Decision, defineModule, type Module } from './contract.ts';
import { assumeAbsent, changeText, textOf, textQuestions } from './managed-text.ts';

const defaultFile = '~/.ssh/known_hosts';

export const knownHosts: Module = defineModule({
  name: 'known_hosts',
  summary: "Adds and removes hosts' keys in a known_hosts file.",
  args: Type.Object({
    name: Type.String({ description: 'The host; `[host]:port` with another port than 22.' }),
    key: Type.Optional(
      Type.String({
        description: 'Lines as of ssh-keyscan: host, kind and key. Needed with present.',
      }),
    ),
    path: Type.Optional(Type.String({ description: 'The file.', default: defaultFile })),
    hash_host: Type.Optional(
      Type.Boolean({ description: 'Write the name hashed.', default: false }),
    ),
    state: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: 'Whether the host has this key.',
        default: 'present',
      }),
    ),
  }),
  aliases: { host: 'name' },
  examples: [
    "- name: The key of the git server\n  known_hosts:\n    name: git.example.org\n    key: \"{{ lookup('file', 'git.example.org.pub') }}\"",
  ],
  returns: { name: 'The host.', key: 'Its key.', state: 'As asked for.' },
  check(args) {
    if (/[\s,]/.test(args.name)) return [`'${args.name}' cannot be the name of a host`];
    const lines = readLines(args.key ?? '');
    if (args.state !== 'absent' && lines.length === 0) return ['key is needed: host, kind and key'];
    const other = lines.find((line) => !names(line, args.name));
    return other ? [`the key is that of '${other.hosts}', not of '${args.name}'`] : [];
  },
  prepare: () => ({ salt: randomBytes(20).toString('base64') }),
  observe: (args) => textQuestions(args.path ?? defaultFile),
  decideUnknown: (given, observed) => knownHosts.decide(given, assumeAbsent(observed)),
  decide(args, observed): Decision {
    const file = args.path ?? defaultFile;
    const before = textOf(observed);
    if (before === undefined)
      return { kind: 'failed', message: `${file} cannot be read as a text file` };
    const { place } = observed;
    const result = {
      name: args.name,
      key: args.key ?? null,
      state: args.state ?? 'present',
      path: file,
    };
    const wanted = readLines(args.key ?? '');
    const after =
      args.state === 'absent'
        ? keep(
            before,
            (line) =>
              !names(line, args.name) ||
              (wanted.length > 0 && !wanted.some((one) => same(one, line))),
          )
        : withKeys(before, args.name, wanted, args.hash_host ? args.salt : undefined);
    if (after === before) {
      const word = args.state === 'absent' ? 'has no such key of' : 'has the key of';
      return { kind: 'unchanged', reason: `${file} ${word} ${args.name}`, result };
    }
    return changeText({
      file,
      place,
      before,
      after,
      summary: `${args.state === 'absent' ? 'remove' : 'set'} the key of ${args.name} in ${file}`,
      result,
      newMode: 0o600,
      parentMode: 0o700,
    });
  },
});

interface HostLine {
  readonly mark: string;
  readonly hosts: string;
  readonly type: string;
  readonly blob: string;
}

function readLine(text: string): HostLine | undefined {
  const match = /^\s*(@\S+\s+)?([^\s#@]\S*)\s+([\w@.-]+)\s+([A-Za-z0-9+/]+=*)(\s|$)/.exec(text);
  return match
    ? { mark: (match[1] ?? '').trim(), hosts: match[2]!, type: match[3]!, blob: match[4]! }
    : undefined;
}

function readLines(text: string): HostLine[] {
  return text.split('\n').flatMap((line) => readLine(line) ?? []);
}

function names(line: HostLine, host: string): boolean {
  return line.hosts.split(',').some((name) => {
    const hashed = /^\|1\|([^|]+)\|(.+)$/.exec(name);
    if (!hashed) return name.toLowerCase() === host.toLowerCase();
    return hashOf(host, hashed[1]!) === hashed[2];
  });
}

function hashOf(host: string, salt: string): string {
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(host).digest('base64');
}

function same(a: HostLine, b: HostLine): boolean {
  return a.type === b.type && a.blob === b.blob;
}

function keep(text: string, isKept: (line: HostLine) => boolean): string {
  return text
    .split('\n')
    .filter((line) => {
      const read = readLine(line);
      return !read || isKept(read);
    })
    .join('\n');
}

/** An old key of the same kind is replaced, revoked and certificate lines stay. */
function withKeys(
  text: string,
  host: string,
  wanted: readonly HostLine[],
  salt: string | undefined,
): string {
  const isHashed = (line: HostLine) => line.hosts.startsWith('|1|');
  const fits = (line: HostLine, key: HostLine) =>
    names(line, host) &&
    line.mark === '' &&
    same(line, key) &&
    (salt === undefined || isHashed(line));
  const missing = wanted.filter((key) => !readLines(text).some((line) => fits(line, key)));
  if (missing.length === 0) return text;
  const kept = keep(
    text,
    (line) =>
      !names(line, host) || line.mark !== '' || !missing.some((key) => key.type === line.type),
  );
  const name = salt === undefined ? host : `|1|${salt}|${hashOf(host, salt)}`;
  const added = missing.map((key) => `${name} ${key.type} ${key.blob}\n`).join('');
  return `${kept}${kept === '' || kept.endsWith('\n') ? '' : '\n'}${added}`;
}
