import { block, directive } from './nginx-text.ts';
import type { Location, Params, Site, Upstream } from './params.ts';

/** What a site is written with. */
export interface SiteContext {
  readonly params: Params;
  /** Name of the host in the inventory. */
  readonly hostName: string;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Addresses and networks that may tell the client address. */
  readonly trusted: readonly string[];
}

/** `server { … }` of a site. */
export function siteBlock(site: Site, context: SiteContext): string[] {
  const { params, trusted } = context;
  const isDefault = params.defaultServer === site.name;
  return block('server', [
    ...listenLines(site.listen, params.ipv6, isDefault),
    directive('server_name', ...site.serverNames),
    directive('client_max_body_size', site.maxBody),
    ...(site.accessLog ? [] : ['access_log off;']),
    directive('index', ...site.index),
    ...(trusted.length > 0
      ? [
          ...trusted.map((address) => directive('set_real_ip_from', address)),
          'real_ip_header X-Forwarded-For;',
          'real_ip_recursive on;',
        ]
      : []),
    '',
    ...healthLocation(params, context.hostName),
    ...site.locations.flatMap((location) => ['', ...locationBlock(location, site, context)]),
    '',
    ...mainLocation(site, context),
  ]);
}

/** `server { … }` for a port on which no site is the default: other names are refused. */
export function rejectingBlock(port: number, params: Params, hostName: string): string[] {
  return block('server', [
    ...listenLines(port, params.ipv6, true),
    'server_name _;',
    '',
    ...healthLocation(params, hostName),
    '',
    ...block('location /', [...headerLines({}, params, hostName), 'return 421;']),
  ]);
}

/** The variable that tells whether a site got a request from a balancer. */
export function trustVariable(site: Site): string {
  return `$from_balancer_of_${site.name.replaceAll('-', '_')}`;
}

/** The variable with the scheme that the client used to reach a site. */
export function schemeVariable(site: Site): string {
  return `$client_scheme_of_${site.name.replaceAll('-', '_')}`;
}

function listenLines(port: number, ipv6: boolean, isDefault: boolean): string[] {
  const options = isDefault ? ['default_server'] : [];
  return [
    directive('listen', port, ...options),
    ...(ipv6 ? [directive('listen', `[::]:${port}`, ...options)] : []),
  ];
}

function healthLocation(params: Params, hostName: string): string[] {
  return block(`location = ${params.health}`, [
    'access_log off;',
    'default_type text/plain;',
    ...headerLines({}, params, hostName),
    'return 200 "ok\\n";',
  ]);
}

function locationBlock(location: Location, site: Site, context: SiteContext): string[] {
  const head = `location ${location.match === 'exact' ? '= ' : ''}${location.path}`;
  const headers = mergedHeaders(site.headers, location.headers);
  const lines = location.upstream
    ? proxyLines(context.upstreams.get(location.upstream)!, site, headers)
    : [...rootLines(location.root!), 'try_files $uri $uri/ =404;'];
  return block(head, [...headerLines(headers, context.params, context.hostName), ...lines]);
}

function mainLocation(site: Site, context: SiteContext): string[] {
  const headers = headerLines(site.headers, context.params, context.hostName);
  const proxy = site.upstream
    ? [...headers, ...proxyLines(context.upstreams.get(site.upstream)!, site, site.headers)]
    : [];
  if (site.root && site.upstream) {
    return [
      ...block('location /', [
        ...headers,
        ...rootLines(site.root),
        directive('try_files', '$uri', ...site.index.map((file) => `$uri/${file}`), '@upstream'),
      ]),
      '',
      ...block('location @upstream', proxy),
    ];
  }
  if (site.upstream) return block('location /', proxy);
  const files = site.root
    ? [...rootLines(site.root), 'try_files $uri $uri/ =404;']
    : ['return 404;'];
  return block('location /', [...headers, ...files]);
}

/** Files and folders that begin with a dot (`.git`, `.env`) are nobody's business, but for `/.well-known/`. */
function rootLines(root: string): string[] {
  return [directive('root', root), 'if ($is_hidden) { return 404; }'];
}

/** All of them in each location: one `add_header` there would drop those of the server. */
function headerLines(headers: Site['headers'], { identify }: Params, hostName: string): string[] {
  return [
    ...Object.entries(headers).map(([name, value]) =>
      directive('add_header', name, value, 'always'),
    ),
    ...(identify ? [directive('add_header', 'X-Served-By-Web', hostName, 'always')] : []),
  ];
}

function mergedHeaders(outer: Site['headers'], inner: Site['headers']): Site['headers'] {
  const own = new Set(Object.keys(inner).map((name) => name.toLowerCase()));
  const kept = Object.entries(outer).filter(([name]) => !own.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...inner };
}

function proxyLines(upstream: Upstream, site: Site, headers: Site['headers']): string[] {
  const next = [
    ...upstream.nextUpstream,
    ...(upstream.retryNonIdempotent ? ['non_idempotent'] : []),
  ];
  return [
    ...Object.keys(headers).map((name) => directive('proxy_hide_header', name)),
    directive('proxy_pass', `http://${upstream.name}`),
    'proxy_http_version 1.1;',
    'proxy_set_header Connection "";',
    'proxy_set_header Host $http_host;',
    'proxy_set_header X-Real-IP $remote_addr;',
    'proxy_set_header X-Forwarded-For $forwarded_for;',
    directive('proxy_set_header', 'X-Forwarded-Proto', schemeVariable(site)),
    'proxy_set_header X-Request-Id $sane_request_id;',
    directive('proxy_connect_timeout', upstream.connectTimeout),
    directive('proxy_send_timeout', upstream.readTimeout),
    directive('proxy_read_timeout', upstream.readTimeout),
    directive('proxy_next_upstream', ...(upstream.nextUpstream.length > 0 ? next : ['off'])),
    directive('proxy_next_upstream_tries', upstream.tries),
  ];
}
