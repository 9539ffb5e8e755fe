/** A part of haproxy.cfg: its head line, and what stands below it. */
export type Section = readonly [head: string, ...lines: string[]];

export function sectionText([head, ...lines]: Section): string {
  return `${head}\n${lines.map((line) => `    ${line}\n`).join('')}`;
}
