/** Plays for the README. */
export const examples = [
  `# Both hosts of the group web, in turns.
- hosts: lb
  become: true
  roles:
    - role: load-balancer
      frontends:
        - { name: www, port: 80, backend: web }
      backends:
        - { name: web }`,
  `# web1 serves, web2 stands by.
- hosts: lb
  become: true
  roles:
    - role: load-balancer
      identify: true
      frontends:
        - { name: www, port: 80, backend: web }
      backends:
        - name: web
          topology: active-passive
          servers: { group: web, port: 8080 }
          active: web1`,
  `# Requests by weight to servers of a list; connections to a database, which is checked by HTTP elsewhere.
- hosts: lb
  become: true
  vars:
    load_balancer:
      maintenance: [app2]
      frontends:
        - { name: www, port: 80, backend: app }
        - { name: mysql, port: 3306, mode: tcp, backend: replicas, clientTimeout: 8h }
      backends:
        - name: app
          algorithm: leastconn
          servers:
            - { name: app1, address: 10.0.0.11, port: 3000, weight: 3 }
            - { name: app2, address: 10.0.0.12, port: 3000 }
          check: { path: /healthz, inter: 1s, fall: 2 }
          timeouts: { check: 1s }
        - name: replicas
          servers: { group: replicas, port: 3306 }
          timeouts: { server: 8h }
  roles: [load-balancer]`,
] as const;

export const decisions = [
  {
    question: 'How a new configuration takes effect',
    answer:
      'A reload after `haproxy -c`, never a restart; it counts as failed unless a new process answers.',
    why: 'Connections go on in the old process, which closes idle ones over 10 seconds (`close-spread-time`): all at once cut requests that were just coming in, 14 of 4,395 under load. systemd calls a reload a success even if HAProxy could not bind an address and kept the old configuration.',
  },
  {
    question: 'What a reload does to servers that are down or drained',
    answer:
      'They stay so: the states are written right before the reload (`server-state-file`) and removed right after it.',
    why: 'Without it every server counts as up again: a drained one gets requests, and requests to one that hangs wait until the checks notice. A file that stayed would bring old states back at the next start. Reloads by others (`systemctl reload`) still discard the states: never do that in the middle of a drain.',
  },
  {
    question: 'Who is in service after a run',
    answer:
      'Every server but those of `maintenance`; they are also `disabled` in the configuration.',
    why: 'A runner that was killed in the middle of an update leaves a server drained, and nobody notices until the other one fails. What is to stay out of service is written down and outlasts restarts.',
  },
  {
    question: 'Which requests are tried again',
    answer:
      'All whose connection failed; once sent, only GET and HEAD. Each attempt goes to another server if there is one.',
    why: 'A server may have acted on a POST before it failed. Trying the same server again waits a second and mostly fails again.',
  },
  {
    question: 'When a server is down',
    answer:
      'After `fall` failed checks, at most `fall` × `inter` + `timeouts.check` after it hangs; the next check is brought forward when the connection of a user has failed. 100 ms later its open sessions are cut, by a few lines of Lua.',
    why: 'A server that hangs would hold its requests for `timeouts.server`. With active-passive there is nobody else to try until the active server counts as down. `on-marked-down shutdown-sessions` fails a request that is just being retried (seen in 4 of 10 kills under load), cutting a little later fails none. Intervals of HAProxy begin when a check ends, so the values in its configuration are smaller than `inter`.',
  },
  {
    question: 'Who comes after the active server (R1)',
    answer: 'Exactly one server is active; it is named.',
    why: 'HAProxy takes any number of servers without `backup` and spreads over them: an active-passive pair with two active ones looks healthy.',
  },
  {
    question: 'What clients say about themselves',
    answer: 'X-Forwarded-For, X-Forwarded-Proto and X-Request-Id are replaced, not extended.',
    why: 'The balancer is the edge: behind it the headers can be trusted.',
  },
  {
    question: 'What is refused before any connection',
    answer:
      'Backends that do not exist, are empty or unused; ports used twice, also by other roles of the host; host names for servers; times of 0; a check that takes longer than its interval; everything in maintenance.',
    why: '`haproxy -c` passes an empty backend, a port conflict and an address that the host does not have.',
  },
] as const;
