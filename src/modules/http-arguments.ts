import { Type } from 'typebox';

/** The arguments that get_url and uri share. */
export const httpArguments = {
  url: Type.String({ description: 'http or https address, asked from the host.' }),
  headers: Type.Record(Type.String(), Type.String(), {
    description: 'Headers of the request.',
    default: {},
  }),
  http_agent: Type.String({ description: 'User-Agent header.', default: 'rolecall' }),
  timeout: Type.Integer({
    description: 'Seconds for the whole exchange.',
    default: 30,
    minimum: 1,
  }),
  validate_certs: Type.Boolean({ description: 'Check certificates.', default: true }),
  url_username: Type.Optional(Type.String({ description: 'User for basic authentication.' })),
  url_password: Type.Optional(Type.String({ description: 'Password for it.' })),
  force_basic_auth: Type.Boolean({
    description: 'Send the credentials with the first request; they always are.',
    default: false,
  }),
  ca_path: Type.Optional(Type.String({ description: 'CA certificates on the host, a PEM file.' })),
  client_cert: Type.Optional(Type.String({ description: 'Client certificate on the host.' })),
  client_key: Type.Optional(Type.String({ description: 'Its key.' })),
  use_proxy: Type.Boolean({ description: 'Use the proxy of the environment.', default: true }),
};

export const httpAliases = { user: 'url_username', password: 'url_password' } as const;

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly http_agent: string;
  readonly timeout: number;
  readonly validate_certs: boolean;
  readonly url_username?: string;
  readonly url_password?: string;
  readonly ca_path?: string;
  readonly client_cert?: string;
  readonly client_key?: string;
  readonly use_proxy: boolean;
}

/** What is wrong with an address. */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed && ['http:', 'https:', 'ftp:'].includes(parsed.protocol)) return undefined;
  return `'${url}' is no http or https address`;
}
