const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** How durations are written: `45s`, `15m`, `1h30m`, `7d`. */
export const durationPattern = '^(\\d+[smhdw])+$';

/**
 * Milliseconds of a duration as settings have it; NaN for any other text.
 *
 * @example parseDuration('1h30m') // 5_400_000
 */
export function parseDuration(text: string): number {
  if (!new RegExp(durationPattern).test(text)) return Number.NaN;
  return [...text.matchAll(/(\d+)([smhdw])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * units[unit!]!,
    0,
  );
}

/**
 * As settings and systemd write it, in whole seconds.
 *
 * @example shownDuration(5_400_000) // '1h30m'
 */
export function shownDuration(ms: number): string {
  let left = Math.round(ms / 1000) * 1000;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's']) {
    const amount = Math.floor(left / units[unit]!);
    left -= amount * units[unit]!;
    if (amount > 0) text += `${amount}${unit}`;
  }
  return text || '0s';
}
