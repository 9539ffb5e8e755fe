import { type ApplyStep, sh } from 'rolecall';
import { clientOf, lastErrorsOf, serviceOf, sqlText } from './sql.ts';

export interface Donor {
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly tls: boolean;
}

/**
 * MySQL's clone plugin replaces all data, accounts included, and starts the server anew: the client loses
 * its connection, or is told (3707) that nobody starts it again.
 */
export function cloneSteps({ address, user, password, tls }: Donor): ApplyStep[] {
  const statements = [
    `SET GLOBAL clone_valid_donor_list = ${sqlText(`${address}:3306`)}`,
    `CLONE INSTANCE FROM ${sqlText(user)}@${sqlText(address)}:3306 IDENTIFIED BY ${sqlText(password)} REQUIRE ${tls ? 'SSL' : 'NO SSL'}`,
  ];
  const clone = sh`errors=$(${clientOf('mysql')} 2>&1) || case $errors in
*'ERROR 3707'* | *'ERROR 2013'* | *'ERROR 2006'* | *'ERROR 1053'*) ;;
*) printf '%s\\n' "$errors" >&2; exit 1 ;;
esac`;
  return [
    { script: clone, stdin: Buffer.from(`${statements.join(';\n')};\n`) },
    { script: waitForClone },
  ];
}

const service = serviceOf('mysql');
const lastErrors = lastErrorsOf('mysql');

/** The server says how the clone ended once it has started on the new data. */
const waitForClone = sh`tries=0
while :; do
sleep 1
tries=$((tries + 1))
state=$(echo "SELECT state, error_no, error_message FROM performance_schema.clone_status" | ${clientOf('mysql')} 2>&1)
case $state in
Completed*) exit 0 ;;
Failed*) printf '%s\\n' "$state" >&2; exit 1 ;;
esac
systemctl is-active --quiet ${service} || systemctl start ${service} || { ${lastErrors} >&2; exit 1; }
[ "$tries" -lt 600 ] || { printf 'the server did not come back after the clone: %s\\n' "$state" >&2; exit 1; }
done`;
