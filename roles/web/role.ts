import { apt, bringsUnit, defineRole, file, systemd, template } from 'rolecall';
import { decisions } from './decisions.ts';
import { webEdges, webEndpoints } from './edges.ts';
import { nginxConf } from './nginx-conf.ts';
import { type Params, params } from './params.ts';
import { nginxReload } from './reload.ts';
import { webProblems } from './rules.ts';

export default defineRole({
  name: 'web',
  summary:
    'nginx: sites with static files and upstreams, a health path, the address of the client.',
  params,
  examples: [
    `- hosts: web
  roles:
    - role: web
      sites:
        - name: foobar
          serverNames: [www.foobar.com]
          root: /srv/www/foobar
`,
    `- hosts: web
  roles: [web]
  vars:
    web:
      identify: true
      upstreams:
        - name: app
          servers: { group: app, port: 3000 }
      sites:
        - name: foobar
          serverNames: [foobar.com, www.foobar.com]
          upstream: app
          headers: { X-Content-Type-Options: nosniff }
          locations:
            - path: /static/
              root: /srv/foobar/current
              manageRoot: false
              headers: { Cache-Control: 'public, max-age=3600' }
`,
  ],
  decisions,
  check: webProblems,
  publishes: webEndpoints,
  connects: webEdges,
  handlers: () => ({ reload: nginxReload('Reload nginx', {}) }),
  tasks: (context) => [
    // before the package: what is absent then is known to be absent
    ...ownRoots(context.params).map((path) =>
      file(`Make the root ${path}`, { path, state: 'directory', mode: '0755' }),
    ),
    apt(
      'Install nginx',
      { name: 'nginx', update_cache: true, cache_valid_time: 86_400 },
      { brings: [bringsUnit('nginx')] },
    ),
    template(
      'Configure nginx',
      {
        dest: '/etc/nginx/nginx.conf',
        content: nginxConf(context),
        mode: '0644',
        validate: 'nginx -t -q -c %s',
      },
      { notify: context.handlers.reload },
    ),
    systemd('Run nginx', { name: 'nginx', state: 'started', enabled: true, masked: false }),
  ],
});

function ownRoots({ sites }: Params): string[] {
  const places = sites.flatMap((site) => [site, ...site.locations]);
  return [...new Set(places.flatMap(({ root, manageRoot }) => (root && manageRoot ? [root] : [])))];
}
