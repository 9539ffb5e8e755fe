const seconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
const factors: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/**
 * Seconds of a time with unit.
 *
 * @example secondsOf('500ms') // 0.5
 */
export function secondsOf(duration: string): number {
  const [, digits = '', unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(duration) ?? [];
  return Number(digits) * (seconds[unit] ?? Number.NaN);
}

/**
 * Bytes of a size with unit, as servers take them in their configuration.
 *
 * @example bytesOf('128M') // 134217728
 */
export function bytesOf(size: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([KMG]?)$/i.exec(size) ?? [];
  return digits === '' ? Number.NaN : Number(digits) * (factors[unit.toUpperCase()] ?? Number.NaN);
}
