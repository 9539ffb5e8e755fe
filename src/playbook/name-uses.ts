/**
 * Where a text first uses a variable, as an offset: within the tags of a template, or anywhere in a
 * bare expression. 0 when it cannot be told.
 */
export function offsetOfName(text: string, name: string, isExpression: boolean): number {
  const pattern = new RegExp(`(?<![\\w.'"])${name}(?!\\w|['"])`);
  if (isExpression) return Math.max(0, text.search(pattern));
  for (const tag of text.matchAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g)) {
    const found = tag[0].search(pattern);
    if (found !== -1) return tag.index + found;
  }
  return 0;
}
