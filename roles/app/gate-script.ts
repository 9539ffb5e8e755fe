import { joinSh, type Sh, sh } from 'rolecall';
import { type Deployed, goodLink } from './running.ts';

/** What the script of a start with its gate is made from. */
export interface GateScript extends Deployed {
  readonly application: string;
  readonly root: string;
  readonly files: readonly string[];
  readonly port: number;
  readonly healthPath: string;
  readonly healthTimeoutSeconds: number;
  readonly autoRollback: boolean;
  /** Otherwise what runs already only has to pass the gate. */
  readonly restart: boolean;
  /** What to go back to; absent where there is nothing, or it is not wanted. */
  readonly rollback?: Deployed;
}

/** How the script ends where the gate was not passed. */
export const outcomes = { rolledBack: 10, rollbackFailed: 11, notRolledBack: 12 } as const;

/**
 * Starts the service and waits at its gate; keeps what passed it, and goes back to that where it does not.
 * One script, so that a runner that dies meanwhile leaves as little as possible in between.
 */
export function gateScript(gate: GateScript): Sh {
  const { application, root, rollback } = gate;
  return joinSh([
    sh`cd ${root} || exit 1
unit=${`${application}.service`} port=${gate.port} url=${gate.healthPath} limit=${gate.healthTimeoutSeconds} good=${goodLink}`,
    sh`keep_files() { for file in ${gate.files}; do cp -p "$file" "$1/" || return 1; done; }
return_files() {
  for file in ${gate.files}; do
    cp -p "$good/\${file##*/}" "$file.new" && mv -f "$file.new" "$file" || return 1
  done
}`,
    functions,
    gate.restart ? sh`start` : sh`true`,
    sh`if gate; then keep ${gate.release} ${gate.configuration}; exit; fi
echo "gate $why"
echo journal
journalctl -u "$unit" -n 12 --no-pager -o cat 2>/dev/null
echo 'journal end'`,
    rollback === undefined
      ? sh`exit ${outcomes.notRolledBack}`
      : sh`back=releases/${rollback.release}
[ -d "$back" ] && return_files || { echo "back $back or its configuration is gone"; exit ${outcomes.rollbackFailed}; }
rm -f .current.new && ln -s "$back" .current.new && mv -fT .current.new current || exit ${outcomes.rollbackFailed}
start
if gate; then exit ${outcomes.rolledBack}; fi
echo "back $why"
exit ${outcomes.rollbackFailed}`,
  ]);
}

/**
 * gate: the same process answers 200 twice, a second apart; a program that cannot listen because something
 * else does would be another process by then. keep: what passed it, under one link.
 */
const functions = sh`start() {
  systemctl daemon-reload
  systemctl reset-failed "$unit" 2>/dev/null
  systemctl restart "$unit"
}
ask() {
  node -e '
const [port, path] = process.argv.slice(1);
const fail = (error) => { console.log(error.message); process.exit(1); };
const request = require("http").get({ host: "127.0.0.1", port, path, timeout: 3000 }, (answer) => {
  let body = "";
  answer.setEncoding("utf8").on("data", (text) => { body += text; }).on("end", () => {
    if (answer.statusCode === 200) process.exit(0);
    fail(new Error(answer.statusCode + " " + body.slice(0, 300).replace(/\\s+/g, " ")));
  });
});
request.on("timeout", () => request.destroy(new Error("no answer within 3 s"))).on("error", fail);
' "$port" "$url" 2>&1
}
gate() {
  until=$(( $(date +%s) + limit )) passed=
  while :; do
    pid=$(systemctl show -p MainPID --value "$unit") state=$(systemctl show -p ActiveState --value "$unit")
    if answer=$(ask) && [ "$state" = active ] && [ "$pid" != 0 ]; then
      [ "$passed" = "$pid" ] && return 0
      passed=$pid why="$state, 200 once"
      sleep 1
    else
      passed= why="$state, $answer"
      [ "$(date +%s)" -lt "$until" ] || return 1
      sleep 0.3
    fi
  done
}
keep() {
  kept=$good.$(date +%s).$$
  mkdir -m 700 "$kept" && keep_files "$kept" && echo "$1 $2" >"$kept/release" || return 1
  rm -f "$good.new" && ln -s "$kept" "$good.new" && mv -fT "$good.new" "$good" || return 1
  for old in "$good".[0-9]*; do [ "$old" = "$kept" ] || rm -rf "$old"; done
}`;
