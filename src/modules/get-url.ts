import { basename } from 'node:path/posix';
import { Type } from 'typebox';
import { type DigestAlgorithm, type DigestState, digest } from '../observe/digest.ts';
import { predict, probe } from '../observe/observation.ts';
import { type PathState, path, self } from '../observe/path.ts';
import { joinSh, sh } from '../shell/sh.ts';
import { type Decision, defineModule } from './contract.ts';
import { curlConfig } from './curl.ts';
import {
  attributeArguments,
  attributeProblems,
  attributeResult,
  newPath,
} from './file-attributes.ts';
import { defaultFileMode, resolveMode } from './file-mode.ts';
import { attributesDecision } from './file-states.ts';
import { joinPath } from './file-touches.ts';
import { downloadScript, fetchScript } from './get-url-script.ts';
import { httpAliases, httpArguments, urlProblem } from './http-arguments.ts';

const args = Type.Object({
  ...httpArguments,
  dest: Type.String({
    description: 'File on the host, or a folder that keeps the name of the address.',
  }),
  checksum: Type.Optional(
    Type.String({ description: 'ALGORITHM:HEX that the file must have, e.g. sha256:9f86…' }),
  ),
  force: Type.Boolean({
    description: 'Download each time and replace the file when it differs.',
    default: false,
  }),
  backup: Type.Boolean({ description: 'Keep the old file under a dated name.', default: false }),
  ...attributeArguments,
});

const algorithms = ['sha256', 'sha1', 'sha512', 'sha384', 'sha224', 'md5'];

export const getUrl = defineModule({
  name: 'get_url',
  summary: 'Downloads a file to the host, with the curl or wget that is there.',
  args,
  aliases: httpAliases,
  secretArgs: ['url_password'],
  examples: [
    '- get_url:\n    url: https://example.org/tool-1.2.tar.gz\n    dest: /opt/tool-1.2.tar.gz\n    checksum: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ],
  returns: {
    dest: 'The file.',
    url: 'Where it came from.',
    checksum_dest: 'Checksum of the file by the algorithm of `checksum`, else SHA-256.',
    mode: 'Permissions.',
    owner: 'Owner.',
    group: 'Group.',
    size: 'Bytes.',
    state: '`file`.',
  },
  check: (given) => {
    const problems = attributeProblems(given);
    const address = urlProblem(given.url);
    if (address) problems.push(address);
    if (given.checksum !== undefined && !checksumOf(given.checksum)) {
      problems.push(
        `checksum is '${given.checksum}', not ALGORITHM:HEX with one of ${algorithms.join(', ')}`,
      );
    }
    return problems;
  },
  observe: (given) => {
    const inner = joinPath(given.dest, nameOf(given.url));
    const { algorithm } = wanted(given.checksum);
    return {
      self,
      at: path(given.dest),
      sum: digest(given.dest, algorithm),
      inner: path(inner),
      innerSum: digest(inner, algorithm),
    };
  },
  refine: (given, seen) => {
    const target = targetOf(given, seen);
    const asks = given.force && given.checksum === undefined && target.state.exists;
    return {
      remote: asks ? remoteDigest(given) : knownDigest,
    };
  },
  decide: (given, seen): Decision => {
    const target = targetOf(given, seen);
    const { hex, algorithm } = wanted(given.checksum);
    if (target.state.exists && target.state.type === 'directory') {
      return { kind: 'failed', message: `${target.file} is a directory` };
    }
    const names = { dest: target.file, url: given.url };
    const current = target.sum.digest;
    const right = hex !== undefined ? current === hex : !given.force || current === seen.remote;
    if (target.state.exists && right) {
      return attributesDecision(
        { ...given, path: target.file, state: 'file' } as never,
        {},
        target.file,
        target.state,
        { ...names, ...(current !== undefined && { checksum_dest: current }) },
      );
    }
    const mode = modeFor(given.mode, target.state);
    const after = { ...newPath('file', mode, seen.self, undefined), ...ownersOf(given) };
    return {
      kind: 'change',
      summary: `${target.file}: ${target.state.exists ? 'other content' : 'absent'} → downloaded`,
      diff: [],
      apply: [
        {
          script: downloadScript({ ...given, file: target.file, algorithm, hex, mode }),
          stdin: curlConfig(given, { follow: true, more: [['fail', true]] }),
          deadlineMs: (given.timeout + 30) * 1000,
        },
      ],
      touches: [path(target.file), digest(target.file, algorithm), digest(target.file)],
      predicts: [
        predict(path(target.file), after),
        predict(digest(target.file, algorithm), { digest: hex ?? (seen.remote || 'downloaded') }),
      ],
      result: { ...names, ...attributeResult(after) },
      verify: hex !== undefined || !given.force,
    };
  },
});

interface Seen {
  readonly at: PathState;
  readonly sum: DigestState;
  readonly inner: PathState;
  readonly innerSum: DigestState;
}

function targetOf(given: { readonly dest: string; readonly url: string }, seen: Seen) {
  const folder = given.dest.endsWith('/') || (seen.at.exists && isFolder(seen.at, seen.sum));
  return folder
    ? { file: joinPath(given.dest, nameOf(given.url)), state: seen.inner, sum: seen.innerSum }
    : { file: given.dest, state: seen.at, sum: seen.sum };
}

function isFolder(state: PathState, sum: DigestState): boolean {
  if (!state.exists) return false;
  return state.type === 'directory' || (state.type === 'link' && sum.why === 'not-a-file');
}

function nameOf(url: string): string {
  return basename(URL.parse(url)?.pathname ?? '') || 'index.html';
}

function checksumOf(text: string): { algorithm: DigestAlgorithm; hex: string } | undefined {
  const [, algorithm, hex] = /^([a-z0-9]+):([0-9a-fA-F]+)$/.exec(text.trim()) ?? [];
  if (algorithm === undefined || !algorithms.includes(algorithm)) return undefined;
  return { algorithm: algorithm as DigestAlgorithm, hex: hex!.toLowerCase() };
}

function wanted(checksum: string | undefined): { algorithm: DigestAlgorithm; hex?: string } {
  return (checksum && checksumOf(checksum)) || { algorithm: 'sha256' };
}

const knownDigest = probe('no download', sh`true`, () => '');

/** What the address gives now, without keeping it. */
function remoteDigest(given: Parameters<typeof curlConfig>[0]) {
  const config = curlConfig(given, { follow: true, more: [['fail', true]] });
  return probe(
    `download of ${given.url}`,
    joinSh([fetchScript(config, '-'), sh`| sha256sum | cut -d ' ' -f 1`], ' '),
    ({ stdout }) => stdout.toString('utf8').trim(),
  );
}

function modeFor(mode: string | number | undefined, state: PathState): number {
  const old = state.exists ? state.mode : defaultFileMode;
  return mode === undefined ? old : resolveMode(mode, old, false);
}

function ownersOf(given: { readonly owner?: string; readonly group?: string }) {
  return {
    ...(given.owner !== undefined && { owner: given.owner }),
    ...(given.group !== undefined && { group: given.group }),
  };
}
