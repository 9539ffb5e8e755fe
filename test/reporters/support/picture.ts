import { writeFileSync } from 'node:fs';
import { Tmux } from './tmux.ts';

const columnWidth = 8.4;
const lineHeight = 18;
const palette: Readonly<Record<string, string>> = {
  31: '#f47067',
  32: '#57ab5a',
  33: '#c69026',
  35: '#b083f0',
  36: '#39c5cf',
};

// Runs a command on a terminal of 80 columns and takes a picture when the pattern is on its screen:
// node test/reporters/support/picture.ts FILE.svg TITLE PATTERN COMMAND [WORD…]
const rows = 24;
const [file, title, pattern, ...command] = process.argv.slice(2);
const tmux = new Tmux('picture', 80, rows, command);
try {
  await tmux.until(new RegExp(pattern!));
  writeFileSync(file!, svgOf(tmux.colours().split('\n'), 80));
} finally {
  tmux.kill();
}

/** A terminal's lines with SGR sequences as a picture. */
function svgOf(lines: readonly string[], columns: number): string {
  const width = Math.ceil(columns * columnWidth) + 24;
  const height = lines.length * lineHeight + 24;
  const texts = lines.flatMap((line, row) =>
    lineOf(line, Math.round(16 + (row + 0.7) * lineHeight)),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#1c2128"/>`,
    '<g font-family="ui-monospace, \'DejaVu Sans Mono\', Menlo, Consolas, monospace" font-size="14" fill="#cdd9e5" xml:space="preserve">',
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function lineOf(line: string, y: number): string[] {
  const texts: string[] = [];
  let column = 0;
  let state = { colour: '', bold: false, dim: false };
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes !== undefined) {
      for (const code of codes.split(';')) state = after(state, code || '0');
      continue;
    }
    if (part.trim() !== '') {
      const { colour, bold, dim } = state;
      const style = `${colour && ` fill="${colour}"`}${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`;
      const x = (12 + column * columnWidth).toFixed(1);
      const length = (part.length * columnWidth).toFixed(1);
      const text = part.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      texts.push(`<text x="${x}" y="${y}" textLength="${length}"${style}>${text}</text>`);
    }
    column += part.length;
  }
  return texts;
}

function after<T extends { colour: string; bold: boolean; dim: boolean }>(
  state: T,
  code: string,
): T {
  if (code === '0') return { ...state, colour: '', bold: false, dim: false };
  if (code === '1') return { ...state, bold: true };
  if (code === '2') return { ...state, dim: true };
  if (code === '39') return { ...state, colour: '' };
  return Object.hasOwn(palette, code) ? { ...state, colour: palette[code]! } : state;
}
