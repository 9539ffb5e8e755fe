/**
 * JSON as Python's json.dumps writes it: a space after commas and colons, ASCII alone.
 *
 * @example pythonJson({ a: [1, 'ü'] }) // {"a": [1, "\u00fc"]}
 */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const pairs = Object.entries(value).map(([key, item]) => `${text(key)}: ${pythonJson(item)}`);
    return `{${pairs.join(', ')}}`;
  }
  return typeof value === 'string' ? text(value) : JSON.stringify(value);
}

function text(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
