/** `mode` as a task gives it: a number as YAML read it, octal text, or symbolic text. */
export type ModeArgument = number | string;

/** New files and folders get these where the task names no mode, as with a umask of 022. */
export const defaultFileMode = 0o644;
export const defaultDirectoryMode = 0o755;

/** What is wrong with a mode, as a sentence; undefined when nothing is. */
export function modeProblem(mode: ModeArgument, name = 'mode'): string | undefined {
  if (typeof mode === 'number') {
    return Number.isInteger(mode) && mode >= 0 && mode <= 0o7777
      ? undefined
      : `${name} is ${mode}; expected a quoted octal number such as '0644'`;
  }
  if (mode === 'preserve' || /^0?o?[0-7]{1,5}$/.test(mode) || symbolicParts(mode)) return undefined;
  return `${name} is '${mode}'; expected an octal number such as '0644', or u=rw,g=r,o=r`;
}

/** The 12 bits that a mode without problems asks for, given those that are there. */
export function resolveMode(mode: ModeArgument, current: number, isDirectory: boolean): number {
  if (typeof mode === 'number') return mode & 0o7777;
  if (/^0?o?[0-7]+$/.test(mode)) return Number.parseInt(mode.replace('o', ''), 8) & 0o7777;
  let bits = current;
  for (const part of symbolicParts(mode) ?? []) bits = applyPart(part, bits, isDirectory);
  return bits;
}

/** `0644`, as results and diffs show it. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

interface SymbolicPart {
  readonly who: string;
  readonly operator: string;
  readonly permissions: string;
}

function symbolicParts(text: string): SymbolicPart[] | undefined {
  const parts: SymbolicPart[] = [];
  for (const clause of text.split(',')) {
    const found = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (!found) return undefined;
    for (const [, operator, permissions] of found[2]!.matchAll(/([-+=])([rwxXstugo]*)/g)) {
      parts.push({ who: found[1]!, operator: operator!, permissions: permissions! });
    }
  }
  return parts;
}

const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };
const umask = 0o022;

function applyPart(part: SymbolicPart, bits: number, isDirectory: boolean): number {
  const everyone = part.who === '' || part.who.includes('a');
  const who = everyone ? 'ugo' : part.who;
  let wanted = 0;
  let domain = 0;
  for (const user of new Set(who)) {
    const shift = shifts[user]!;
    domain |= 7 << shift;
    if (user === 'u') domain |= 0o4000;
    if (user === 'g') domain |= 0o2000;
    if (user === 'o' && everyone) domain |= 0o1000;
    for (const permission of part.permissions) {
      if (permission === 'r') wanted |= 4 << shift;
      else if (permission === 'w') wanted |= 2 << shift;
      else if (permission === 'x') wanted |= 1 << shift;
      else if (permission === 'X') wanted |= isDirectory || bits & 0o111 ? 1 << shift : 0;
      else if (permission === 's') wanted |= user === 'u' ? 0o4000 : user === 'g' ? 0o2000 : 0;
      else if (permission === 't') wanted |= 0o1000;
      else wanted |= ((bits >> shifts[permission]!) & 7) << shift;
    }
  }
  if (part.who === '') wanted &= ~umask;
  if (part.operator === '+') return bits | wanted;
  if (part.operator === '-') return bits & ~wanted;
  // `=` leaves setuid and setgid of folders alone, as chmod does
  const cleared = isDirectory ? domain & ~0o6000 : domain;
  return (bits & ~cleared) | wanted;
}
