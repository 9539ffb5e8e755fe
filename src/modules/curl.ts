import { type Sh, sh } from '../shell/sh.ts';
import type { HttpRequest } from './http-arguments.ts';

export interface CurlOptions {
  readonly method?: string;
  readonly body?: string;
  readonly follow: boolean;
  /** More lines of the config: `output = "…"`. */
  readonly more?: readonly (readonly [string, string | true])[];
}

/**
 * curl's config for a request. It goes in on stdin, so that passwords, headers and bodies are in no
 * argument list: `curl --config -`.
 */
export function curlConfig(request: HttpRequest, options: CurlOptions): Buffer {
  const { url_username: user, url_password: password } = request;
  const entries: (readonly [string, string | true])[] = [
    ['url', request.url],
    ['user-agent', request.http_agent],
    ['max-time', String(request.timeout)],
    ['silent', true],
    ['show-error', true],
  ];
  if (options.follow) entries.push(['location', true], ['max-redirs', '10']);
  if (!request.validate_certs) entries.push(['insecure', true]);
  if (user !== undefined) entries.push(['user', `${user}:${password ?? ''}`]);
  if (request.ca_path !== undefined) entries.push(['cacert', request.ca_path]);
  if (request.client_cert !== undefined) entries.push(['cert', request.client_cert]);
  if (request.client_key !== undefined) entries.push(['key', request.client_key]);
  if (!request.use_proxy) entries.push(['noproxy', '*']);
  for (const [name, value] of Object.entries(request.headers))
    entries.push(['header', `${name}: ${value}`]);
  if (options.method === 'HEAD') entries.push(['head', true]);
  else if (options.method !== undefined) entries.push(['request', options.method]);
  if (options.body !== undefined) entries.push(['data-raw', options.body]);
  entries.push(...(options.more ?? []));
  return Buffer.from(entries.map(line).join(''));
}

/** Fails with a clear message where the host has no curl. */
export const needsCurl: Sh = sh`command -v curl >/dev/null || { echo 'curl is not installed on the host' >&2; exit 97; }`;

export const noCurl = 97;
export const curlHint = 'Install curl on the host with an apt task ahead of this one.';

function line([name, value]: readonly [string, string | true]): string {
  return value === true ? `${name}\n` : `${name} = "${escaped(value)}"\n`;
}

function escaped(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}
