import { colours, noColours, type Paint, wantsColour } from '../reporters/paint.ts';

/** Colours where the stream and the environment ask for them. */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  return wantsColour(stream, process.env) ? colours : noColours;
}
