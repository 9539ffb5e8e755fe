/** Sizes of the picture, in pixels. */
export const measures = {
  margin: 36,
  /** Left of the first column: the names of the rows. */
  gutter: 118,
  header: 92,
  frame: { width: 224, title: 30, padding: 10 },
  /** `warning` is what a third line adds. */
  box: { height: 47, warning: 16, gap: 6 },
  /** From the middle of a column to that of the next. */
  pitch: 272,
  lane: { first: 22, step: 24, last: 22 },
  client: { width: 128, height: 40 },
  corner: 9,
  legend: { row: 24, sample: 42, gap: 30 },
} as const satisfies Record<string, number | Readonly<Record<string, number>>>;

/** How wide a text in a system font is about; on the safe side. */
export function textWidth(text: string, size: number, bold = false): number {
  let width = 0;
  for (const character of text)
    width += narrow.test(character) ? 0.32 : wide.test(character) ? 0.8 : 0.56;
  return width * size * (bold ? 1.08 : 1);
}

/** The text cut to a width, with `…` where something is missing. */
export function fitted(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  let cut = text;
  while (cut.length > 1 && textWidth(`${cut}…`, size) > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}

const narrow = /[ .,:;'|!ijl()[\]·/-]/;
const wide = /[mwMW@%]|[^\u0000-\u024f\u2010-\u2027]/;
