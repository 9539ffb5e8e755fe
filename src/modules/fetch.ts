import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { type DigestState, digest } from '../observe/digest.ts';
import type { Observations } from '../observe/observation.ts';
import { type PathState, path } from '../observe/path.ts';
import { pathWord } from '../shell/path-word.ts';
import { sh } from '../shell/sh.ts';
import { type Decision, defineModule } from './contract.ts';
import { type FetchPlace, fetchPlace, localSha256, writeFetched } from './fetch-place.ts';

interface Prepared {
  readonly place: FetchPlace | { readonly problem: string };
  /** Of what is on the controller already. */
  readonly localSum: string | undefined;
}

export const fetch = defineModule({
  name: 'fetch',
  summary: 'Copies a file of the host to the controller.',
  args: Type.Object({
    src: Type.String({ description: 'The file on the host; links are followed.' }),
    dest: Type.String({
      description:
        'Folder on the controller: the file goes to `dest/HOST/src`; with `flat` the file.',
    }),
    flat: Type.Boolean({
      description: '`dest` is the file itself, or with a trailing slash its folder.',
      default: false,
    }),
    fail_on_missing: Type.Boolean({
      description: 'A file that is not there fails the task.',
      default: true,
    }),
    validate_checksum: Type.Boolean({
      description: 'Taken and ignored: what arrives is always compared.',
      default: true,
    }),
  }),
  examples: [
    '- name: Keep the certificate\n  fetch:\n    src: /etc/ssl/app.pem\n    dest: fetched/',
  ],
  returns: {
    dest: 'The file on the controller.',
    file: 'The file on the host.',
    checksum: 'SHA-1 of the content.',
    remote_checksum: 'The same.',
  },
  prepare: async (given, controller): Promise<Prepared> => {
    const place = await fetchPlace(given, controller);
    return { place, localSum: 'problem' in place ? undefined : await localSha256(place.file) };
  },
  observe: (given): Observations => ({
    at: path(given.src),
    sum: digest(given.src),
    sha1: digest(given.src, 'sha1'),
  }),
  refine: (_given, observed: Record<string, unknown>): Observations => {
    const at = observed.at as PathState;
    return at.exists && at.type === 'link' && at.realpath ? { real: path(at.realpath) } : {};
  },
  decide: (given, observed: Record<string, unknown>): Decision => {
    const { place, localSum } = given;
    if ('problem' in place) return { kind: 'failed', message: place.problem };
    const sum = observed.sum as DigestState;
    if (sum.digest === undefined) return missing(given.src, sum, given.fail_on_missing);
    const checksum = (observed.sha1 as DigestState).digest ?? '';
    const result = { file: given.src, dest: place.file, checksum };
    if (sum.digest === localSum) {
      return { kind: 'unchanged', reason: `${place.file} already is the same`, result };
    }
    const state = (observed.real ?? observed.at) as PathState;
    const size = state.exists ? state.size : 0;
    return {
      kind: 'change',
      summary: `${place.file}: ${localSum === undefined ? 'absent' : 'other content'} → ${size} bytes of ${given.src}`,
      diff: [],
      apply: [{ script: sh`cat <${pathWord(given.src)}`, maxOutputBytes: size + 16 * 1024 * 1024 }],
      touches: [],
      predicts: [],
      verify: false,
      result: { ...result, remote_checksum: checksum },
      complete: ([output]) => {
        const problem = transferProblem(given.src, output, sum.digest!);
        return { result: { ...result, remote_checksum: checksum }, failed: problem };
      },
      finish: async ([output]) => {
        if (output && !transferProblem(given.src, output, sum.digest!)) {
          await writeFetched(place, output.stdout);
        }
      },
    };
  },
});

function missing(src: string, sum: DigestState, fails: boolean): Decision {
  const messages: Readonly<Record<string, string>> = {
    absent: 'the remote file does not exist',
    'not-a-file': 'remote file is a directory, fetch cannot work on directories',
    unreadable: `file is not readable: ${src}`,
  };
  const message = messages[sum.why ?? 'absent']!;
  if (fails) return { kind: 'failed', message, result: { file: src } };
  return {
    kind: 'unchanged',
    reason: `${message}, not transferring, ignored`,
    result: { file: src, msg: `${message}, not transferring, ignored` },
  };
}

function transferProblem(
  src: string,
  output: { status: number; stdout: Buffer; stderr: Buffer; truncated: boolean } | undefined,
  sha256: string,
): string | undefined {
  if (output?.status !== 0) return `cannot read ${src}: ${output?.stderr.toString().trim()}`;
  const found = createHash('sha256').update(output.stdout).digest('hex');
  if (!output.truncated && found === sha256) return undefined;
  return `checksum mismatch: ${src} changed while it was read, or did not arrive whole`;
}
