/** Milliseconds of `30s`, `500ms`, `2m`; undefined for what is no time. */
export function milliseconds(text: unknown): number | undefined {
  const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(String(text)) ?? [];
  return count === undefined ? undefined : Number(count) * factors[unit as keyof typeof factors];
}

/** Whole seconds, at least one: what systemd and shells count in. */
export function seconds(text: string): number {
  return Math.max(1, Math.ceil((milliseconds(text) ?? 0) / 1000));
}

const factors = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
