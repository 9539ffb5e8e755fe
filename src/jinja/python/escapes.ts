const simple: Record<string, string> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

/** Resolves the backslash escapes of a Python string literal; undefined when one is malformed. */
export function unescapeString(text: string): string | undefined {
  if (!text.includes('\\')) return text;
  let malformed = false;
  const result = text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
    (whole, hex, short, long, octal, other: string | undefined) => {
      if (other !== undefined) {
        if (other === 'x' || other === 'u' || other === 'U') malformed = true;
        return simple[other] ?? whole;
      }
      const code =
        octal !== undefined ? Number.parseInt(octal, 8) : Number.parseInt(hex ?? short ?? long, 16);
      if (code > 0x10ffff) {
        malformed = true;
        return whole;
      }
      return String.fromCodePoint(code);
    },
  );
  return malformed ? undefined : result;
}
