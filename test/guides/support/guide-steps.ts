import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a reader of a guide does, in order. */
export type GuideStep =
  /** Writes a file; `undone` when it is wrong on purpose. */
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly text: string;
      readonly undone: boolean;
    }
  /** Edits one; lines begin with ` `, `+` or `-`. */
  | {
      readonly kind: 'edit';
      readonly path: string;
      readonly lines: readonly string[];
      readonly undone: boolean;
    }
  /** Runs a command and sees this. */
  | { readonly kind: 'command'; readonly words: readonly string[]; readonly output: string };

const fence = /^(?<mark><!-- undone -->\n)?```(?<language>\w+)\n(?<body>.*?)^```$/gms;

/**
 * The steps of a guide: a block of ts, json or yaml belongs to the file that the paragraph before it
 * names, a diff as well; a text block may begin with `$ command`. `<!-- undone -->` stands before what
 * the guide takes back after its next command.
 */
export function guideSteps(guide: string): GuideStep[] {
  const text = readFileSync(
    fileURLToPath(new URL(`../../../docs/guides/${guide}`, import.meta.url)),
    'utf8',
  );
  return [...text.matchAll(fence)].flatMap((match): GuideStep[] => {
    const { mark, language = '', body = '' } = match.groups!;
    const undone = mark !== undefined;
    const before = text.slice(0, match.index).trimEnd().split('\n\n').at(-1)!;
    if (language === 'text') return commandOf(body);
    const path = /`([\w./-]+\.(?:ts|json|yml))`/.exec(before)?.[1];
    if (!path) throw new Error(`no file is named before this block:\n${body}`);
    if (language !== 'diff') return [{ kind: 'file', path, text: body, undone }];
    return [{ kind: 'edit', path, lines: body.trimEnd().split('\n'), undone }];
  });
}

function commandOf(body: string): GuideStep[] {
  const found = /^\$ (?<command>.*?)\n(?<output>.*)$/s.exec(body);
  if (!found) return [];
  const { command = '', output = '' } = found.groups!;
  return [{ kind: 'command', words: command.split(' '), output }];
}

/** A text with the lines of a diff applied, each searched from where the last one was. */
export function edited(text: string, lines: readonly string[]): string {
  const result = text.split('\n');
  let at = 0;
  for (const line of lines.filter(Boolean)) {
    const content = line.slice(1);
    if (line.startsWith('+')) {
      result.splice(at, 0, content);
      at++;
      continue;
    }
    const found = result.indexOf(content, at);
    if (found === -1) throw new Error(`there is no line after line ${at}:\n${content}`);
    if (line.startsWith('-')) result.splice(found, 1);
    at = line.startsWith('-') ? found : found + 1;
  }
  return result.join('\n');
}
