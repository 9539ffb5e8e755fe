import { styleText } from 'node:util';

/** What a piece of text means; colour is never the only sign of it. */
export type Tone =
  | 'good'
  | 'change'
  | 'bad'
  | 'doubt'
  | 'quiet'
  | 'strong'
  | 'added'
  | 'removed'
  | 'place';

export type Paint = (tone: Tone, text: string) => string;

/** Colours with the terminal's own palette, readable on light and dark. */
export const colours: Paint = (tone, text) =>
  text === '' ? '' : styleText(formats[tone], text, { validateStream: false });

export const noColours: Paint = (_tone, text) => text;

/** Whether the stream and the environment (NO_COLOR, FORCE_COLOR, TERM) ask for colour. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (environment.NO_COLOR) return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && environment.TERM !== 'dumb';
}

const formats = {
  good: 'green',
  change: 'yellow',
  bad: 'red',
  doubt: 'magenta',
  quiet: 'dim',
  strong: 'bold',
  added: 'green',
  removed: 'red',
  place: 'cyan',
} as const;
