/** A directive; arguments are quoted where nginx would read them as syntax. Variables (`$host`) stay alive. */
export function directive(name: string, ...args: readonly (string | number)[]): string {
  return `${[name, ...args.map(word)].join(' ')};`;
}

/** A block with its lines indented; empty blocks are one line. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => (line === '' ? '' : `    ${line}`)), '}'];
}

function word(value: string | number): string {
  const text = String(value);
  if (/^[A-Za-z0-9_.,:/$@%+*=^~!?&|<>()[\]-]+$/.test(text)) return text;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
