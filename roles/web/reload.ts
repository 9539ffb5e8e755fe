import { defineModule, sh, Type, taskOf } from 'rolecall';

/**
 * Reloads nginx and waits until only workers with the new configuration serve. `systemctl reload` only sends a
 * signal: a configuration that nginx cannot use (a port that is taken) would be refused in silence.
 */
export const reloadModule = defineModule({
  name: 'nginx_reload',
  summary: 'Reloads nginx and sees that it took the new configuration.',
  args: Type.Object({}),
  examples: ['- nginx_reload:'],
  returns: {},
  observe: () => ({}),
  decide: () => ({
    kind: 'change',
    summary: 'new workers with the new configuration',
    diff: [],
    apply: [{ script: reloadScript, deadlineMs: 60_000 }],
    touches: 'everything',
    predicts: [],
    verify: false,
  }),
});

export const nginxReload = taskOf<{ readonly [name: string]: never }>(reloadModule);

const reloadScript = sh`systemctl is-active --quiet nginx || exec systemctl start nginx
main=$(systemctl show -p MainPID --value nginx)
log=/var/log/nginx/error.log
workers() {
  for file in /proc/[0-9]*/cmdline; do
    title=
    { read -r title <$file; } 2>/dev/null
    case $title in *'shutting down'*) continue ;; 'nginx: worker'*) ;; *) continue ;; esac
    pid=\${file#/proc/} pid=\${pid%/cmdline}
    grep -q "^PPid:[[:space:]]*$main\$" /proc/$pid/status 2>/dev/null && printf '%s ' "$pid"
  done
}
before=" $(workers)"
size=$(wc -c <$log 2>/dev/null || echo 0)
news() { tail -c +$((size + 1)) $log; }
systemctl reload nginx || exit 1
tries=0
while [ $tries -lt 100 ]; do
  took=
  for pid in $(workers); do
    # an old worker accepts connections until it shuts down
    case $before in *" $pid "*) took=; break ;; *) took=yes ;; esac
  done
  [ -z "$took" ] || exit 0
  # a port is tried some times more before nginx gives up
  ! news | grep -F '[emerg]' | grep -Fqv 'bind() to' || break
  sleep 0.1
  tries=$((tries + 1))
done
echo 'nginx keeps its old workers: it refused the new configuration' >&2
news >&2
exit 1`;
