import { Fault } from '../python/faults.ts';

const powers: Record<string, number> = { Y: 8, Z: 7, E: 6, P: 5, T: 4, G: 3, M: 2, K: 1, B: 0 };

/** Bytes or bits as text: the largest unit that fits, or the one that is asked for. */
export function readableSize(size: number, isBits: boolean, unit: string | undefined): string {
  const base = isBits ? 'bits' : 'Bytes';
  for (const [letter, power] of Object.entries(powers)) {
    const limit = 1024 ** power;
    const chosen = unit === undefined ? size >= limit : unit.toUpperCase() === letter;
    if (!chosen) continue;
    const suffix = power > 0 ? letter + base[0] : base;
    return `${(size / limit).toFixed(2)} ${suffix}`;
  }
  return `${size.toFixed(2)} ${base}`;
}

/** The number of bytes, or bits, in a text such as `10 MB` or `1.5G`. */
export function bytesOf(text: string, defaultUnit: string | undefined, isBits: boolean): number {
  const match = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?/.exec(text);
  const number = match && match[1] !== '' ? Number(match[1]) : Number.NaN;
  if (Number.isNaN(number))
    throw new Fault(`'${text}' is no size; a size looks like 10M or 2.5 GB`);
  const unit = match![2] ?? defaultUnit;
  if (unit === undefined) return Math.round(number);
  const power = powers[unit[0]!.toUpperCase()];
  const rest = unit.slice(1);
  const expected = isBits ? 'b' : 'B';
  const words = isBits ? ['bit', 'bits'] : ['byte', 'bytes'];
  const fits =
    unit.length === 1 ||
    rest === expected ||
    words.includes(rest.toLowerCase()) ||
    words.includes(unit.toLowerCase());
  if (power === undefined || !fits)
    throw new Fault(`'${unit}' in '${text}' is no unit of ${isBits ? 'bits' : 'bytes'}`);
  return Math.round(number * 1024 ** power);
}
