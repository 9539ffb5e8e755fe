const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a time with its unit, as the schema lets it through: `2s`, `500ms`. */
export function milliseconds(time: string): number {
  const [, count = '0', unit = 's'] = /^(\d+)([a-z]+)$/.exec(time) ?? [];
  return Number(count) * (unitMs[unit] ?? 1000);
}
