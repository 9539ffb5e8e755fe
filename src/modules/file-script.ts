/** Shell functions for scripts that write into the folder `$dir`: say ends the script, trouble explains it. */
export const complaints = `say() { printf '%s\\n' "$*" >&2; exit 1; }
trouble() {
  printf '%s: %s\\n' "$1" "$2" >&2
  case $2 in
    *'No space left'*|*'quota exceeded'*|*': Wrote only '*)
      blocks=$(df -Pk "$dir" 2>/dev/null | tail -n 1) inodes=$(df -Pi "$dir" 2>/dev/null | tail -n 1)
      printf 'the filesystem of %s is full\\nspace:  %s\\ninodes: %s\\n' "$dir" "$blocks" "\${inodes:-?}" >&2 ;;
    *'Read-only file system'*) printf 'the filesystem of %s is mounted read-only\\n' "$dir" >&2 ;;
  esac
  exit 1
}`;

/**
 * A shell function: removes what killed runs left in a folder. The name tells that it was left, and by
 * its process id whose it is: the next run sweeps it, unless that shell still lives and another task is
 * at work in the same folder. Of folders only those that carry a process id; links in them are not followed.
 */
export const sweep = `sweep() {
  for left in "$1"/.rolecall-tmp.*; do
    shell=\${left##*/.rolecall-tmp.}
    [ ! -d "/proc/\${shell%.*}" ] || continue
    if [ -f "$left" ] || [ -L "$left" ]; then rm -f "$left"
    elif [ -d "$left" ]; then
      case $shell in [0-9]*.??????) case \${shell%.*} in *[!0-9]*) ;; *) rm -rf "$left" ;; esac ;; esac
    fi
  done
}`;
