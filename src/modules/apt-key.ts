import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { digest } from '../observe/digest.ts';
import { type Observation, predict, probe } from '../observe/observation.ts';
import { pathWord } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import { type Decision, defineModule } from './contract.ts';

/**
 * apt-key itself is gone from Debian 13: a key is a file in /etc/apt/trusted.gpg.d. `data` and `file`
 * are supported; `url` and `keyserver` are refused, as get_url and deb822_repository do it better.
 */
export const aptKey = defineModule({
  name: 'apt_key',
  summary: "Puts a key into apt's folder of trusted keys (data or file; no url, no keyserver).",
  args: Type.Object({
    id: Type.Optional(
      Type.String({ description: 'Names the key; needed with absent unless keyring is given.' }),
    ),
    data: Type.Optional(Type.String({ description: 'The armoured key.' })),
    file: Type.Optional(Type.String({ description: 'A key file on the host.' })),
    url: Type.Optional(Type.String({ description: 'Refused: use get_url and signed-by.' })),
    keyserver: Type.Optional(Type.String({ description: 'Refused: use get_url and signed-by.' })),
    keyring: Type.Optional(
      Type.String({ description: 'The file it goes to, in /etc/apt/trusted.gpg.d.' }),
    ),
    state: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: 'Whether the key file exists.',
        default: 'present',
      }),
    ),
    validate_certs: Type.Optional(
      Type.Boolean({ description: 'Taken for compatibility.', default: true }),
    ),
  }),
  examples: [
    "- name: The vendor's key\n  apt_key:\n    file: /root/vendor.asc\n    keyring: /etc/apt/trusted.gpg.d/vendor.asc",
  ],
  returns: { keyring: 'The file of the key.' },
  check(args) {
    const problems: string[] = [];
    if (args.url !== undefined || args.keyserver !== undefined) {
      problems.push(
        'url and keyserver are not supported: apt-key is gone from Debian 13; get the key with get_url into /etc/apt/keyrings and name it with signed-by',
      );
    } else if (args.state !== 'absent' && (args.data === undefined) === (args.file === undefined)) {
      problems.push('one of data and file is needed');
    }
    if (args.id === undefined && args.keyring === undefined)
      problems.push('one of keyring and id is needed');
    if (args.keyring !== undefined && !/\.(gpg|asc)$/.test(args.keyring)) {
      problems.push('keyring must end in .asc (armoured) or .gpg (binary)');
    }
    return problems;
  },
  observe: (args) => ({
    ring: digest(ringOf(args)),
    source: args.file === undefined ? digest(ringOf(args)) : digest(args.file),
    armoured: probe(
      'armoured key',
      args.file === undefined
        ? rawSh('echo 1')
        : sh`head -c 15 ${pathWord(args.file)} 2>/dev/null | grep -c -e '-----BEGIN PGP'`,
      (answer) => answer.stdout.toString().trim() === '1',
    ),
    same: sameKey(args),
  }),
  decide(args, { ring, source, armoured, same }): Decision {
    const file = ringOf(args);
    const result = { keyring: file };
    const exists = ring.digest !== undefined;
    const touches = 'everything' as const;
    if (args.state === 'absent') {
      if (!exists) return { kind: 'unchanged', reason: `there is no ${file}`, result };
      return {
        kind: 'change',
        summary: `remove ${file}`,
        diff: [{ header: file, before: 'state: present\n', after: 'state: absent\n' }],
        apply: [{ script: sh`rm -f -- ${file}` }],
        touches,
        predicts: [{ observation: digest(file), state: { digest: undefined, why: 'absent' } }],
        result,
        verify: true,
      };
    }
    if (args.file !== undefined && source.digest === undefined) {
      return { kind: 'failed', message: `there is no key file ${args.file} on the host` };
    }
    if (args.file !== undefined && armoured !== file.endsWith('.asc')) {
      return {
        kind: 'failed',
        message: `${args.file} is ${armoured ? 'armoured' : 'binary'}, so the keyring must end in ${armoured ? '.asc' : '.gpg'}: ${file}`,
      };
    }
    const unchanged = args.file === undefined ? same : source.digest === ring.digest;
    if (unchanged) return { kind: 'unchanged', reason: `${file} has this key`, result };
    const bytes = Buffer.from(`${(args.data ?? '').trimEnd()}\n`);
    const fill = args.file === undefined ? rawSh('cat') : sh`cat -- ${args.file}`;
    return {
      kind: 'change',
      summary: `${exists ? 'replace' : 'add'} ${file}`,
      diff: [{ header: file, before: exists ? 'another key\n' : '', after: 'the key\n' }],
      apply: [
        {
          script: sh`umask 022; t=$(mktemp ${`${file}.XXXXXX`}) && ${fill} >"$t" && chmod 644 "$t" && sync "$t" && mv -f -- "$t" ${file}`,
          ...(args.file === undefined && { stdin: bytes }),
        },
      ],
      touches,
      predicts: [
        predict(digest(file), { digest: args.file === undefined ? sha256(bytes) : source.digest }),
        predict(sameKey(args), true),
      ],
      result,
      verify: true,
    };
  },
});

function sameKey(args: RingArgs & { readonly data?: string }): Observation<boolean> {
  return probe(
    'key in the ring',
    sh`[ "$(cat ${pathWord(ringOf(args))} 2>/dev/null)" = ${(args.data ?? '').trimEnd()} ] && echo 1`,
    (answer) => answer.stdout.toString().trim() === '1',
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface RingArgs {
  readonly id?: string;
  readonly keyring?: string;
}

function ringOf(args: RingArgs): string {
  if (args.keyring !== undefined) {
    return args.keyring.startsWith('/') ? args.keyring : `/etc/apt/trusted.gpg.d/${args.keyring}`;
  }
  return `/etc/apt/trusted.gpg.d/${(args.id ?? 'key').replace(/[^\w.-]/g, '')}.asc`;
}
