import type { AptCacheState } from '../observe/apt-cache.ts';
import { type Observation, predict, probe } from '../observe/observation.ts';
import { path } from '../observe/path.ts';
import { installedPkg, isInstalled, type PkgState, pkg } from '../observe/pkg.ts';
import { pathWord } from '../shell/path-word.ts';
import { joinSh, rawSh, sh } from '../shell/sh.ts';
import type { AptRequest } from './apt-args.ts';
import { aptGet, aptScript } from './apt-commands.ts';
import { aptCompletion } from './apt-result.ts';
import type { Answers, Decision } from './contract.ts';

/** Name and version of a package file; undefined when it is not there or no package. */
interface DebFile {
  readonly name: string;
  readonly version: string;
}

export function checkDeb(request: AptRequest): string[] {
  if (request.deb === undefined) return [];
  if (request.state !== 'present')
    return [`deb works with state present only, not ${request.state}`];
  if (isUrl(request.deb) && !fileNameOf(request.deb)) {
    return [
      `the URL '${request.deb}' must end in NAME_VERSION_ARCH.deb, which tells what it would install`,
    ];
  }
  return [];
}

/** What is in the file and, in one go, what dpkg has of a package of that name. */
export function debQuestions(request: AptRequest): Record<string, Observation<unknown>> {
  if (request.deb === undefined) return {};
  if (isUrl(request.deb)) return { installed: pkg(fileNameOf(request.deb)?.name ?? '') };
  const file = pathWord(request.deb);
  return {
    file: path(request.deb),
    deb: probe(
      'deb file',
      sh`[ -f ${file} ] || exit 0
n=$(dpkg-deb -f ${file} Package) && v=$(dpkg-deb -f ${file} Version) || exit 0
printf '%s\\n%s\\n%s\\n' "$n" "$v" "$(dpkg-query -W -f '\${db:Status-Status} \${Version}' "$n" 2>/dev/null)"`,
      (answer) => readDeb(answer.stdout.toString()),
    ),
  };
}

export function debDecision(
  request: AptRequest,
  cache: AptCacheState,
  observed: Answers,
): Decision {
  const deb = request.deb!;
  if (isUrl(deb)) {
    const file = fileNameOf(deb)!;
    const state = observed.installed as PkgState;
    const has = isInstalled(state) && sameVersion(state.version ?? '', file.version);
    return has ? already(file) : change(request, cache, file);
  }
  const found = observed.deb as (DebFile & { readonly installed: string }) | undefined;
  const file = observed.file as { readonly exists: boolean };
  if (!found) {
    if (file.exists) return { kind: 'failed', message: `${deb} is not a Debian package` };
    return { kind: 'failed', message: `there is no file ${deb} on the host` };
  }
  return found.installed === found.version ? already(found) : change(request, cache, found);
}

function already(file: DebFile): Decision {
  return { kind: 'unchanged', reason: `${file.name} ${file.version} is installed` };
}

function change(request: AptRequest, cache: AptCacheState, file: DebFile): Decision {
  if (cache.interrupted) {
    return {
      kind: 'failed',
      message: 'dpkg was interrupted in the middle of its work',
      hint: "Run 'dpkg --configure -a' on the host, then run again.",
    };
  }
  const deb = request.deb!;
  const questions = debQuestions(request);
  const steps = isUrl(deb)
    ? joinSh([
        rawSh('d=$(mktemp -d) || exit; chmod 755 "$d"; trap \'rm -rf "$d"\' EXIT'),
        sh`if command -v curl >/dev/null; then curl -fsSL -o "$d/p.deb" -- ${deb}; else wget -qO "$d/p.deb" -- ${deb}; fi || exit`,
        sh`${aptGet('install', [], request, false)} "$d/p.deb"`,
      ])
    : sh`f=$(readlink -f ${pathWord(deb)}) || exit
${aptGet('install', [], request, false)} "$f"`;
  return {
    kind: 'change',
    summary: `install ${file.name} ${file.version} from ${deb}`,
    diff: [{ header: 'packages', before: '', after: `${file.name} ${file.version}\n` }],
    apply: [{ script: aptScript([steps], false, request) }],
    touches: 'everything',
    predicts: [
      predict(pkg(file.name), installedPkg(file.name, file.version)),
      ...(questions.deb ? [predict(questions.deb, { ...file, installed: file.version })] : []),
    ],
    mayBring: file.name,
    unknownResult: ['stdout', 'stderr', 'stdout_lines', 'stderr_lines'],
    complete: aptCompletion(false, false),
    verify: true,
  };
}

function readDeb(text: string): (DebFile & { readonly installed: string }) | undefined {
  const [name, version, state] = text.split('\n');
  if (!name || !version) return undefined;
  const installed = /^(?:installed|triggers-\w+) (.+)$/.exec(state ?? '')?.[1] ?? '';
  return { name, version, installed };
}

function isUrl(text: string): boolean {
  return /^(https?|ftp):\/\//.test(text);
}

/** `…/nginx_1.24-1_amd64.deb`; the epoch is not part of file names. */
function fileNameOf(url: string): DebFile | undefined {
  const last = (url.split(/[?#]/)[0]!.split('/').at(-1) ?? '').replace(
    /%([0-7][0-9a-f])/gi,
    (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const match = /^([a-z0-9][a-z0-9+.-]*)_([^_]+)_[a-z0-9-]+\.deb$/.exec(last);
  return match ? { name: match[1]!, version: match[2]! } : undefined;
}

function sameVersion(installed: string, inFileName: string): boolean {
  return installed.replace(/^\d+:/, '') === inFileName.replace(/^\d+:/, '');
}
