/** What stands in the place of a secret. */
export const mask = '********';

/** Takes chunks of a text and gives back what is certain; a secret may be cut by the borders. */
export interface RedactingStream {
  push(chunk: string): string;
  /** What was held back. */
  end(): string;
}

/**
 * Replaces secrets by value, in plain and in the encodings in which they turn up: base64 (at any
 * offset), URL, JSON, shell quotes, hex; and the lines of secrets that have several.
 */
export class Redactor {
  readonly #forms = new Set<string>();
  /** Too short to be searched for without shredding everything; redacted only as a whole value. */
  readonly #short = new Set<string>();
  #pattern: RegExp | undefined;
  #longest = 0;

  add(secret: string): void {
    if (secret === '') return;
    if (secret.length < shortest) {
      this.#short.add(secret);
      return;
    }
    for (const part of [secret, secret.trimEnd(), ...linesOf(secret)]) {
      for (const form of formsOf(part)) if (form.length >= shortest) this.#forms.add(form);
    }
    this.#pattern = undefined;
  }

  redact(text: string): string {
    if (this.#short.has(text)) return mask;
    if (this.#forms.size === 0) return text;
    return this.#cover(text, 0, text.length).text;
  }

  stream(): RedactingStream {
    let held = '';
    // How many characters at the front of `held` belong to a mask that was given out already.
    let covered = 0;
    return {
      push: (chunk) => {
        held += chunk;
        this.#compile();
        const cut = held.length - Math.max(0, this.#longest - 1);
        if (cut <= 0) return '';
        const result = this.#cover(held, covered, cut);
        held = held.slice(cut);
        covered = result.beyond;
        return result.text;
      },
      end: () => {
        const { text } = this.#cover(held, covered, held.length);
        held = '';
        covered = 0;
        return text;
      },
    };
  }

  /**
   * The text up to `cut` with masks; the first `covered` characters are under an earlier mask. `beyond`
   * is how far the last mask reaches past the cut.
   */
  #cover(text: string, covered: number, cut: number): { text: string; beyond: number } {
    let out = '';
    let at = Math.min(covered, cut);
    let end = covered;
    for (const [start, stop] of this.#matches(text, cut)) {
      if (start >= end) {
        out += text.slice(at, start) + mask;
        at = stop;
      }
      end = Math.max(end, stop);
      at = Math.min(end, cut);
    }
    return { text: out + text.slice(at, cut), beyond: Math.max(0, end - cut) };
  }

  /** All places of secrets that begin before `cut`; they may overlap. */
  *#matches(text: string, cut: number): Generator<[number, number]> {
    const pattern = this.#compile();
    if (!pattern) return;
    pattern.lastIndex = 0;
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
      if (found.index >= cut) return;
      yield [found.index, found.index + found[0].length];
      pattern.lastIndex = found.index + 1;
    }
  }

  #compile(): RegExp | undefined {
    if (this.#pattern || this.#forms.size === 0) return this.#pattern;
    const forms = [...this.#forms].sort((a, b) => b.length - a.length);
    this.#longest = forms[0]!.length;
    this.#pattern = new RegExp(forms.map(literal).join('|'), 'g');
    return this.#pattern;
  }
}

const shortest = 4;

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** The lines of a secret that has several, but for those that say nothing, like a PEM header. */
function linesOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  if (lines.length < 2) return [];
  return lines.filter((line) => line.length >= 8 && !/^-----.*-----$/.test(line));
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    ascii(JSON.stringify(secret).slice(1, -1)),
    secret.replaceAll("'", "'\\''"),
    secret.replaceAll("'", `'"'"'`),
    secret.replace(/[^A-Za-z0-9_@%+=:,./-]/g, '\\$&'),
    ...urlForms(secret),
    hex,
    hex.toUpperCase(),
    ...base64Forms(bytes),
  ];
}

/** Encoders differ in what they leave alone, in how they write a space, and in upper or lower case. */
function urlForms(secret: string): string[] {
  const lax = encodeURIComponent(secret.toWellFormed());
  const strict = lax.replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const slashed = [lax, strict].flatMap((url) => [url, url.replaceAll('%2F', '/')]);
  const spaced = slashed.flatMap((url) => [url, url.replaceAll('%20', '+')]);
  return spaced.flatMap((url) => [url, url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function ascii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Inside a longer text base64 looks different at each of three offsets; only whole characters count. */
function base64Forms(bytes: Buffer): string[] {
  const forms = [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const start = Math.ceil((offset * 8) / 6);
    const stop = Math.floor((padded.length * 8) / 6);
    return padded.toString('base64').slice(start, stop);
  });
  const long = forms.filter((form, offset) => offset === 0 || form.length >= 8);
  return [...long, ...long.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}
