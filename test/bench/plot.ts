export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Of both axes. */
  readonly scale: 'log' | 'linear';
  readonly series: ReadonlyMap<string, readonly { readonly x: number; readonly y: number }[]>;
}

const [width, height] = [640, 360];
const area = { left: 70, right: 470, top: 50, bottom: 300 };

/** A line plot as SVG, with colours that are right on light and on dark. */
export function linePlot({ title, xLabel, yLabel, scale, series }: Plot): string {
  const points = [...series.values()].flat();
  const across = axis(
    points.map(({ x }) => x),
    scale,
    area.left,
    area.right,
  );
  const up = axis(
    points.map(({ y }) => y),
    scale,
    area.bottom,
    area.top,
  );
  const { left, right, top, bottom } = area;
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const lines = [...series].map(([name, own], index) => {
    const sorted = own.toSorted((a, b) => a.x - b.x);
    const path = sorted.map(({ x, y }) => `${across.at(x)},${up.at(y)}`).join(' ');
    const dots = sorted.map(
      ({ x, y }) => `<circle cx="${across.at(x)}" cy="${up.at(y)}" r="3.5"/>`,
    );
    const row = top + 10 + index * 20;
    return `<g class="s${index % 4}"><polyline points="${path}"/>${dots.join('')}
<circle cx="${right + 20}" cy="${row - 4}" r="4"/></g><text x="${right + 30}" y="${row}">${escaped(name)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<style>${style}</style>
<rect class="page" width="${width}" height="${height}" rx="8"/>
<text class="title" x="${left}" y="28">${escaped(title)}</text>
${across.ticks.map((x) => `<path class="grid" d="M${across.at(x)} ${top}V${bottom}"/><text class="tick" text-anchor="middle" x="${across.at(x)}" y="${bottom + 18}">${label(x)}</text>`).join('\n')}
${up.ticks.map((y) => `<path class="grid" d="M${left} ${up.at(y)}H${right}"/><text class="tick" text-anchor="end" x="${left - 8}" y="${up.at(y) + 4}">${label(y)}</text>`).join('\n')}
<text text-anchor="middle" x="${middle.x}" y="${bottom + 42}">${escaped(xLabel)}</text>
<text text-anchor="middle" transform="translate(20 ${middle.y}) rotate(-90)">${escaped(yLabel)}</text>
${lines.join('\n')}
</svg>
`;
}

const style = `
.page { fill: #ffffff; } text { font: 13px sans-serif; fill: #24292f; } .title { font-weight: 600; font-size: 15px; }
.tick { font-size: 11px; } .grid { stroke: #d0d7de; stroke-width: 1; } polyline { fill: none; stroke-width: 2; }
.s0 { stroke: #6e7781; fill: #6e7781; } .s1 { stroke: #0969da; fill: #0969da; }
.s2 { stroke: #bc4c00; fill: #bc4c00; } .s3 { stroke: #8250df; fill: #8250df; } polyline { fill: none; }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117; } text { fill: #e6edf3; } .grid { stroke: #30363d; }
.s0 { stroke: #8b949e; fill: #8b949e; } .s1 { stroke: #58a6ff; fill: #58a6ff; }
.s2 { stroke: #f0883e; fill: #f0883e; } .s3 { stroke: #bc8cff; fill: #bc8cff; } polyline { fill: none; }
}
`;

interface Axis {
  readonly ticks: readonly number[];
  /** The place of a value in the picture. */
  at(value: number): number;
}

/** A logarithmic axis goes from a power of ten to another; a linear one begins at 0. */
export function axis(
  values: readonly number[],
  scale: Plot['scale'],
  from: number,
  to: number,
): Axis {
  const place = (share: number): number => Math.round((from + share * (to - from)) * 10) / 10;
  if (scale === 'log') {
    const low = Math.floor(Math.log10(Math.min(...values)));
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
    return {
      ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
      at: (value) => place((Math.log10(value) - low) / (high - low)),
    };
  }
  const step = niceStep(Math.max(...values) / 5);
  const count = Math.max(1, Math.ceil(Math.max(...values) / step));
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => index * step),
    at: (value) => place(value / (count * step)),
  };
}

/** The next of 1, 2, 5 times a power of ten. */
function niceStep(least: number): number {
  if (least <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= least)!;
}

function label(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
