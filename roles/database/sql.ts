import {
  type ApplyStep,
  type Decision,
  type Observation,
  probe,
  RolecallError,
  rawSh,
  type Sh,
  sh,
} from 'rolecall';
import type { Engine } from './params.ts';

/** What a server answers, or why it does not. */
export type Answer<T> =
  | { readonly state: 'absent' | 'down' }
  | { readonly state: 'up'; readonly value: T };

/** In a dry run: an earlier task would start the server, and only then it can be asked. */
export const notRunning: Decision = { kind: 'unknown', reason: 'the server does not run yet' };

export type Row = readonly (string | null)[];

const socket = '/run/mysqld/mysqld.sock';

/** The client as root over the socket: no password, no option files, one line a row. */
export function clientOf(engine: Engine): Sh {
  const name = engine === 'mysql' ? 'mysql' : 'mariadb';
  // How text is quoted must not depend on the mode that is declared for clients.
  const mode = "--init-command=SET sql_mode = ''";
  return sh`${name} --no-defaults --user=root --socket=${socket} --default-character-set=utf8mb4 ${mode} --batch --skip-column-names`;
}

/**
 * A question in SQL to the server of the host; it may only read. `absent`: nothing is installed, `down`:
 * it does not run. With `whileHas` a passing state is waited out.
 *
 * @example ask('mysql', 'version', 'SELECT @@version', ([row]) => row?.[0] ?? '')
 */
export function ask<T>(
  engine: Engine,
  name: string,
  sql: string,
  parse: (rows: readonly Row[]) => T,
  { whileHas }: { readonly whileHas?: string } = {},
): Observation<Answer<T>> {
  // printf is the shell's own: what it is given stands in no list of processes.
  const query = sh`printf %s ${sql} | ${clientOf(engine)}`;
  const script = sh`command -v ${engine === 'mysql' ? 'mysql' : 'mariadb'} >/dev/null || exit 101
[ -S ${socket} ] || exit 102
${whileHas === undefined ? query : settled(query, whileHas)}`;
  return probe(`database: ${name}`, script, ({ status, stdout, stderr }): Answer<T> => {
    if (status === 101) return { state: 'absent' };
    const errors = stderr.toString();
    if (status === 102 || /ERROR 2002|ERROR 2013/.test(errors)) return { state: 'down' };
    if (status !== 0) {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `${engine} does not answer (${name}): ${errors.trim()}`,
        hint: 'The role logs in as root over the socket: run it as root, and leave root its socket login.',
      });
    }
    return { state: 'up', value: parse(rowsOf(stdout.toString())) };
  });
}

/** Asks again each second, for some seconds, while a word is in the answer. */
function settled(query: Sh, word: string): Sh {
  return sh`for second in 1 2 3 4 5 6 7 8 9 10 11 12; do
answer=$(${query}) || exit
case $answer in *${word}*) sleep 1 ;; *) break ;; esac
done
printf '%s\n' "$answer"`;
}

/** Runs statements as root; they travel on stdin, as they may hold passwords. */
export function runSql(engine: Engine, statements: readonly string[]): ApplyStep {
  return {
    script: clientOf(engine),
    stdin: Buffer.from(statements.map((statement) => `${statement};\n`).join('')),
  };
}

/** A string as SQL text. */
export function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A name as SQL text. */
export function sqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** An account as SQL text. */
export function sqlAccount({ name, host }: { readonly name: string; readonly host: string }) {
  return `${sqlText(name)}@${sqlText(host)}`;
}

/** Rows of the client's batch output. */
export function rowsOf(output: string): Row[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t').map(cell));
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' };

function cell(text: string): string | null {
  if (text === 'NULL') return null;
  return text.replaceAll(/\\([nt0\\])/g, (_, letter: string) => escapes[letter]!);
}

/** The service of the engine. */
export function serviceOf(engine: Engine): string {
  return engine === 'mysql' ? 'mysql' : 'mariadb';
}

/** Prints why the server did not start. */
export function lastErrorsOf(engine: Engine): Sh {
  return engine === 'mysql'
    ? sh`grep -F '[ERROR]' /var/log/mysql/error.log | tail -n 5`
    : sh`journalctl --no-pager -q -o cat -n 10 -u mariadb`;
}

/** `systemctl …` for the server; when it does not come up, with what it said about that. */
export function systemctl(verb: 'start' | 'restart', engine: Engine): ApplyStep {
  const said = lastErrorsOf(engine);
  return {
    script: sh`systemctl ${rawSh(verb)} ${serviceOf(engine)} || { ${said} >&2; exit 1; }`,
  };
}
