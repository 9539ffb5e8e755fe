import { Fault } from './faults.ts';

const space = /[\s\x1c-\x1f\x85]/;

/** `str.split`: without a separator at runs of whitespace. */
export function split(text: string, separator: string | undefined, limit: number): string[] {
  if (separator === '') throw new Fault('the separator to split at is empty');
  if (separator === undefined) return splitSpace(text, limit);
  const parts = text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

export function splitRight(text: string, separator: string | undefined, limit: number): string[] {
  if (separator === '') throw new Fault('the separator to split at is empty');
  if (separator === undefined) {
    const reversed = splitSpace([...text].reverse().join(''), limit);
    return reversed.reverse().map((part) => [...part].reverse().join(''));
  }
  const parts = text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  const cut = parts.length - limit;
  return [parts.slice(0, cut).join(separator), ...parts.slice(cut)];
}

export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines =
    text.match(
      /[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g,
    ) ?? [];
  const whole = lines.filter((line, index) => line !== '' || index < lines.length - 1);
  return keepEnds
    ? whole
    : whole.map((line) => line.replace(/(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029])$/, ''));
}

export function strip(
  text: string,
  chars: string | undefined,
  left: boolean,
  right: boolean,
): string {
  const drop =
    chars === undefined ? (one: string) => space.test(one) : (one: string) => chars.includes(one);
  let start = 0;
  let end = text.length;
  while (left && start < end && drop(text[start]!)) start++;
  while (right && end > start && drop(text[end - 1]!)) end--;
  return text.slice(start, end);
}

export function capitalize(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

export function titleCase(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => capitalize(word));
}

export function swapCase(text: string): string {
  return [...text]
    .map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()))
    .join('');
}

export function isCased(text: string): boolean {
  return /[\p{Lu}\p{Ll}\p{Lt}]/u.test(text);
}

function splitSpace(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = strip(text, undefined, true, false);
  while (rest !== '') {
    const end = limit >= 0 && parts.length >= limit ? -1 : rest.search(space);
    if (end === -1) {
      parts.push(limit >= 0 && parts.length >= limit ? strip(rest, undefined, false, true) : rest);
      break;
    }
    parts.push(rest.slice(0, end));
    rest = strip(rest.slice(end), undefined, true, false);
  }
  return parts;
}
