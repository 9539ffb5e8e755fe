import { type Sh, sh } from './sh.ts';

/**
 * The loop that runs on a host: it reads frames from stdin (see `frames.ts`), runs each script in a
 * subshell and prints markers around its output on stdout and stderr. `nonce` is 32 hex digits. One line.
 */
export function loopScript(nonce: string): string {
  return `${parts.join('; ').replaceAll('NONCE', nonce)}\n`;
}

/**
 * The command that starts a shell which takes the loop from its stdin, by its own `read`, for which no
 * program has to be started. A loop that is not whole is not run: rc files may have read parts of it.
 * One line without `!`, so that csh and fish pass it on unharmed. With `hello` it prints that line first,
 * for callers that must know when a password is no longer awaited.
 */
export function bootScript(hello?: string): Sh {
  const say = hello === undefined ? '' : `echo ${hello}; `;
  const size = loopScript('0'.repeat(32)).length - 1;
  return sh`/bin/sh -c ${`${say}IFS= read -r _rc_x && [ \${#_rc_x} -eq ${size} ] && eval "$_rc_x"`}`;
}

/** Ends a process group: TERM, a second of grace, then KILL, which cannot be refused. */
export function killScript(group: number): Sh {
  return sh`kill -TERM -${group} 2>/dev/null || exit 0
n=0
while kill -0 -${group} 2>/dev/null; do
  n=$((n+1))
  [ "$n" -le 10 ] || kill -KILL -${group} 2>/dev/null
  # The dead that nobody has waited for still count; they are no reason to wait long.
  [ "$n" -le 13 ] || exit 0
  sleep 0.1 2>/dev/null || sleep 1
done`;
}

const parts = [
  '{ set +xv; } 2>/dev/null',
  'set +eu; trap - EXIT; unset ENV BASH_ENV CDPATH LANGUAGE IFS',
  'LC_ALL=C; export LC_ALL; umask 077',
  'case :$PATH: in *:/usr/sbin:*) ;; *) PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin;; esac; export PATH',
  '{ [ -r . ] && [ -x . ]; } || cd /',
  "_rc_nl=$(printf '\\nx'); _rc_nl=${_rc_nl%x}",
  // What scripts must not see: with the token, a plain `set` in one would print an end marker.
  "_rc_hide='unset _rc_i _rc_t _rc_l _rc_b _rc_p _rc_r _rc_s _rc_x _rc_e _rc_g _rc_hide _rc_nl; '",
  // dd without fullblock may return early from a pipe; where it is missing, bytes are read one by one.
  '_rc_take() { [ "$1" -eq 0 ] || dd bs="$1" count="$2" iflag=fullblock 2>/dev/null || dd bs=1 count="$(($1*$2))" 2>/dev/null; }',
  // A command may leave the shared pipe non-blocking, so a marker may need another try.
  '_rc_say() { printf "$@" || { sleep 1; printf "$@"; } || exit 1; }',
  '_rc_g=; { read -r _rc_x _rc_x _rc_x _rc_x _rc_g _rc_x </proc/$$/stat; } 2>/dev/null',
  "_rc_say 'NONCE ready %s %s\\n' $$ \"${_rc_g:-$$}\"; _rc_say 'NONCE ready %s %s\\n' $$ $$ >&2",
  'while read -r _rc_i _rc_t _rc_l _rc_b _rc_p _rc_r',
  'do _rc_s=',
  'if [ "$_rc_l" -gt 0 ]',
  'then while [ "$_rc_l" -gt 0 ]; do IFS= read -r _rc_x || exit 1; _rc_s=$_rc_s$_rc_x$_rc_nl; _rc_l=$((_rc_l-1)); done',
  'else _rc_s=$(_rc_take "$_rc_b" 1; echo .); _rc_s=${_rc_s%.}; [ "${#_rc_s}" -eq "$_rc_b" ] || exit 1',
  'fi',
  '_rc_say \'NONCE start %s\\n\' "$_rc_i"; _rc_say \'NONCE start %s\\n\' "$_rc_i" >&2',
  'if [ "$_rc_p" = - ]',
  'then ( eval "$_rc_hide$_rc_s" ) </dev/null',
  '_rc_e=$?',
  // The pipe closes only after the trailer came: stdin that was cut off never looks complete.
  'else { [ "$_rc_p" -eq 0 ] || _rc_take 65536 "$_rc_p"; _rc_take "$_rc_r" 1; read -r _rc_x; [ "$_rc_x" = "$_rc_t" ] || kill -9 0; } | { ( eval "$_rc_hide$_rc_s" ); _rc_e=$?; cat >/dev/null; exit "$_rc_e"; }',
  '_rc_e=$?',
  'fi',
  '_rc_say \'%s %s\\n\' "$_rc_t" "$_rc_e"; _rc_say \'%s %s\\n\' "$_rc_t" "$_rc_e" >&2',
  'done',
];
