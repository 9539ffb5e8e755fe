import { type Decision, defineModule, haproxyClient, sh, Type, taskOf } from 'rolecall';

interface ReloadArgs {
  readonly socket: string;
  /** Where the states of the servers are kept meanwhile. */
  readonly stateFile: string;
}

/**
 * A reload that keeps what is known of the servers (down, drained) and that fails where the new
 * configuration is not in use afterwards: systemd calls such a reload a success.
 */
export const reloadModule = defineModule({
  name: 'haproxy_reload',
  summary: 'Reloads HAProxy, keeping the states of its servers.',
  args: Type.Object({
    socket: Type.String({ description: "HAProxy's socket." }),
    stateFile: Type.String({ description: 'Where the states of the servers are kept meanwhile.' }),
  }),
  examples: ['- haproxy_reload: {socket: /run/haproxy/admin.sock, stateFile: /run/state}'],
  returns: {},
  observe: () => ({}),
  decide: ({ socket, stateFile }): Decision => ({
    kind: 'change',
    summary: 'reload',
    diff: [],
    apply: [
      {
        script: sh`${haproxyClient(socket)}
process() { ask_haproxy 'show info' 2>/dev/null | awk '$1 == "Pid:" { print $2 }'; }
systemctl -q is-active haproxy || exec systemctl start haproxy
trap 'rm -f '${stateFile} EXIT
before=$(process)
began=$(date '+%Y-%m-%d %H:%M:%S')
ask_haproxy 'show servers state' >${stateFile} || rm -f ${stateFile}
systemctl reload haproxy || exit
tries=0
while [ $tries -lt 100 ]; do
  now=$(process)
  [ -n "$now" ] && [ "$now" != "$before" ] && exit 0
  sleep 0.1; tries=$((tries + 1))
done
echo "HAProxy still runs with its old configuration:" >&2
journalctl -q -u haproxy --since "$began" -o cat --no-pager 2>/dev/null | grep -e ALERT -e 'cannot bind' | tail -n 5 >&2
exit 1`,
        deadlineMs: 60_000,
      },
    ],
    touches: 'everything',
    predicts: [],
    verify: false,
  }),
});

export const reload = taskOf<ReloadArgs>(reloadModule);
