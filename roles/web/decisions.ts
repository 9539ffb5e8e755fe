import type { RoleDecision } from 'rolecall';

export const decisions: readonly RoleDecision[] = [
  {
    question: 'One file or many',
    answer: 'All is in /etc/nginx/nginx.conf.',
    why: 'nginx -t can judge a whole configuration only. So it is judged before it is put in place, and a site that is no longer declared is gone with the same rename. The packaged default site in sites-enabled is not read. conf.d/*.conf is, for what the role does not cover.',
  },
  {
    question: 'How a new configuration takes effect',
    answer: 'By a reload that waits for new workers and fails, with the error log, when none come.',
    why: 'Old workers end the requests that they have: 10 reloads in 5 s under 8,245 requests on new connections, 0 failed. They close idle connections at once, though, and what is sent on one just then has to be sent again, as browsers and the role load-balancer do with a GET (10,590 through it, 0 failed). A POST may not be sent twice: 9 of 11,187 failed. systemctl reload only sends a signal: nginx -t accepts a port that is taken, and nginx then keeps the old configuration in silence.',
  },
  {
    question: 'Who answers unknown host names',
    answer:
      'Status 421, or the site that defaultServer names; the health path answers for any name.',
    why: 'Without a default server nginx gives such requests to the first site. 421 rather than 444: a closed connection looks like a failing server to a balancer, which would ask the next one.',
  },
  {
    question: 'Where headers are added',
    answer: 'In each location, all of them, with always; the same header of an upstream is hidden.',
    why: 'One add_header in a location drops those of the server, on errors too; both would be sent twice.',
  },
  {
    question: 'Whose word on the client address counts',
    answer: 'That of the hosts with the role load-balancer, or realIpFrom.',
    why: 'X-Forwarded-For and X-Forwarded-Proto of anybody else are not believed. The app gets the chain as it came and the address that handed it over.',
  },
  {
    question: 'Names of upstream servers',
    answer: 'Addresses only; hosts of the inventory stand for theirs.',
    why: 'nginx asks for names once, at its start, and does not start without an answer: hosts that boot together would fail.',
  },
  {
    question: 'What is sent to a second server',
    answer:
      'GET, HEAD, PUT and other idempotent requests, once more, on errors, timeouts, 502 and 503.',
    why: 'A POST may have been done by the server that did not answer; retryNonIdempotent asks for it.',
  },
  {
    question: 'Folders of static files',
    answer:
      'The role makes declared roots; manageRoot: false leaves one to a release that switches a link.',
    why: 'nginx -t accepts a root that is not there. Links are followed at each request, so that a switched release is served at once.',
  },
  {
    question: 'Files whose names begin with a dot',
    answer: 'Status 404, also in folders that begin so; /.well-known/ is served.',
    why: 'A folder that is served one day holds a .git or .env that nobody meant to publish.',
  },
  {
    question: 'What the health path says',
    answer: 'That nginx answers, nothing about the upstreams.',
    why: 'A check that asks the app through every web server makes all of them fail together.',
  },
  {
    question: 'What is refused before any connection',
    answer:
      'A server name twice on a port, a site that serves nothing, an upstream that does not exist or has no servers, names for addresses, only backups, only servers in maintenance, a default server that is no site, folders of the system as roots, ports of other roles of the host (R7: ports on which the role asked for does not answer).',
    why: 'nginx -t accepts a duplicate server name, a root that is not there and a port that is taken.',
  },
  {
    question: 'TLS',
    answer: 'Not yet: sites listen on plain HTTP.',
    why: 'Certificates come with a role of their own; sites will get tls and hsts.',
  },
];
