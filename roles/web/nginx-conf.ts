import type { RoleContext } from 'rolecall';
import { block, directive } from './nginx-text.ts';
import type { Params, Site } from './params.ts';
import { addressesOf, balancers, serversOf } from './servers.ts';
import {
  rejectingBlock,
  type SiteContext,
  schemeVariable,
  siteBlock,
  trustVariable,
} from './site-block.ts';
import { upstreamBlock } from './upstream-block.ts';

/** The whole of `/etc/nginx/nginx.conf`: one file, so that `nginx -t` judges it before it is in place. */
export function nginxConf(context: RoleContext<Params>): string {
  const { params, host } = context;
  const upstreams = new Map(params.upstreams.map((upstream) => [upstream.name, upstream]));
  const contextOf = (site: Site): SiteContext => ({
    params,
    hostName: host.name,
    upstreams,
    trusted: trustedBy(site, context),
  });
  const blocks = [
    ...params.sites.map((site) => clientScheme(site, trustedBy(site, context))),
    ...params.upstreams.map((upstream) => upstreamBlock(upstream, serversOf(upstream, context))),
    ...rejectingPorts(params).map((port) => rejectingBlock(port, params, host.name)),
    ...params.sites.map((site) => siteBlock(site, contextOf(site))),
    statusBlock(params.statusPort),
  ];
  const lines = [
    ...main,
    '',
    ...block('http', [...http, ...blocks.flatMap((one) => ['', ...one])]),
  ];
  return `${lines.join('\n')}\n`;
}

function trustedBy(site: Site, context: RoleContext<Params>): string[] {
  return site.realIpFrom ? addressesOf(site.realIpFrom, context) : balancers(context);
}

/** Ports on which no site answers to unknown names. */
function rejectingPorts({ sites, defaultServer }: Params): number[] {
  const taken = sites.find((site) => site.name === defaultServer)?.listen;
  return [...new Set(sites.map((site) => site.listen))].filter((port) => port !== taken);
}

const main = [
  '# Written by rolecall (role web). Changes are overwritten; more goes to conf.d/*.conf.',
  'user www-data;',
  'worker_processes auto;',
  'worker_rlimit_nofile 16384;',
  'worker_shutdown_timeout 60s;',
  'pid /run/nginx.pid;',
  'error_log /var/log/nginx/error.log;',
  'include /etc/nginx/modules-enabled/*.conf;',
  '',
  ...block('events', ['worker_connections 4096;']),
];

const http = [
  'include /etc/nginx/mime.types;',
  'default_type application/octet-stream;',
  'sendfile on;',
  'tcp_nopush on;',
  'server_tokens off;',
  'server_names_hash_bucket_size 128;',
  'types_hash_max_size 2048;',
  '',
  'gzip on;',
  'gzip_vary on;',
  'gzip_proxied any;',
  'gzip_types text/plain text/css text/javascript application/javascript application/json application/xml image/svg+xml;',
  '',
  'log_format rolecall \'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent \'',
  '    \'"$http_referer" "$http_user_agent" host=$host request=$sane_request_id time=$request_time \'',
  "    'upstream=$upstream_addr upstream_status=$upstream_status upstream_time=$upstream_response_time';",
  'access_log /var/log/nginx/access.log rolecall;',
  '',
  '# the id that a balancer gave to a request, or one of our own',
  ...block('map $http_x_request_id $sane_request_id', [
    '"~^[A-Za-z0-9._:-]{1,128}$" $http_x_request_id;',
    'default $request_id;',
  ]),
  '',
  '# who came before us, then who handed the request to us',
  ...block('map $http_x_forwarded_for $forwarded_for', [
    '"" $realip_remote_addr;',
    'default "$http_x_forwarded_for, $realip_remote_addr";',
  ]),
  '',
  ...block('map $uri $is_hidden', ['"~/\\.(?!well-known/)" 1;', 'default 0;']),
  '',
  'include /etc/nginx/conf.d/*.conf;',
];

/** The scheme that the client used: told by a balancer, else our own. */
function clientScheme(site: Site, trusted: readonly string[]): string[] {
  const trust = trustVariable(site);
  return [
    ...block(`geo $realip_remote_addr ${trust}`, [
      'default 0;',
      ...trusted.map((address) => directive(address, 1)),
    ]),
    ...block(`map "${trust} $http_x_forwarded_proto" ${schemeVariable(site)}`, [
      '"1 https" https;',
      '"1 http" http;',
      'default $scheme;',
    ]),
  ];
}

function statusBlock(port: number): string[] {
  return block('server', [
    directive('listen', `127.0.0.1:${port}`),
    'access_log off;',
    ...block('location = /status', ['stub_status;']),
    ...block('location /', ['return 404;']),
  ]);
}
