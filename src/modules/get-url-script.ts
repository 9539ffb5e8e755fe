import type { DigestAlgorithm } from '../observe/digest.ts';
import { pathWord } from '../shell/path-word.ts';
import { joinSh, type Sh, sh } from '../shell/sh.ts';
import { ownerWord } from './file-attributes.ts';
import { modeText } from './file-mode.ts';
import type { HttpRequest } from './http-arguments.ts';

export interface Download extends HttpRequest {
  readonly file: string;
  readonly algorithm: DigestAlgorithm;
  readonly hex?: string;
  readonly mode: number;
  readonly owner?: string;
  readonly group?: string;
  readonly backup: boolean;
}

/** Writes what a curl config (in the script itself, for questions) asks for to a file, or `-`. */
export function fetchScript(config: Buffer, output: string): Sh {
  return sh`printf %s ${config.toString('utf8')} | curl --config - --output ${output}`;
}

/**
 * Downloads beside the file, checks the sum, and replaces the file by a rename: it is the old one or the
 * new one at every moment. curl takes its config from stdin; wget is the second choice, for what it can.
 */
export function downloadScript(download: Download): Sh {
  const owners = download.owner !== undefined || download.group !== undefined;
  return joinSh([
    sh`dest=${pathWord(download.file)}`,
    sh`case $dest in */*) dir=\${dest%/*} ;; *) dir=. ;; esac
dir=\${dir:-/}
[ -d "$dir" ] || { echo "the directory $dir does not exist" >&2; exit 1; }
tmp=$(mktemp "$dir/.rolecall-tmp.$$.XXXXXX") || exit 1
trap 'rm -f "$tmp"' EXIT
trap 'exit 143' HUP INT TERM
if command -v curl >/dev/null; then curl --config - --output "$tmp" || exit 1
elif command -v wget >/dev/null; then ${wget(download)} || exit 1
else echo 'neither curl nor wget is installed on the host' >&2; exit 97; fi`,
    download.hex === undefined
      ? sh``
      : sh`sum=$(${`${download.algorithm}sum`} <"$tmp"); sum=\${sum%% *}
[ "$sum" = ${download.hex} ] || { printf '%s%s\n' ${`the downloaded file is not ${download.algorithm}:${download.hex} but `} "$sum" >&2; exit 1; }`,
    owners ? sh`chown ${ownerWord(download.owner, download.group)} "$tmp" || exit 1` : sh``,
    sh`chmod ${modeText(download.mode)} "$tmp" || exit 1`,
    download.backup
      ? sh`[ ! -f "$dest" ] || cp -p "$dest" "$dest.$(date +%Y-%m-%d@%H:%M:%S~)" || exit 1`
      : sh``,
    sh`sync "$tmp" 2>/dev/null
mv -f "$tmp" "$dest" || exit 1
sync "$dir" 2>/dev/null || sync`,
  ]);
}

/** wget has its addresses in the argument list: requests with credentials need curl. */
function wget(request: HttpRequest): Sh {
  const plain = request.url_username === undefined && Object.keys(request.headers).length === 0;
  if (!plain) return sh`{ echo 'headers and credentials need curl on the host' >&2; false; }`;
  const insecure = request.validate_certs ? [] : ['--no-check-certificate'];
  return sh`wget -q ${insecure} -O "$tmp" ${request.url}`;
}
