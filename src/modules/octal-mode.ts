/** `'0644'`, `'644'` or the number YAML makes of an unquoted 0644; undefined for anything else. */
export function octalMode(mode: string | number): number | undefined {
  if (typeof mode === 'number') return mode >= 0 && mode <= 0o7777 ? mode : undefined;
  return /^0?o?[0-7]{3,4}$/.test(mode) ? Number.parseInt(mode.replace('o', ''), 8) : undefined;
}
