import { shownLine } from './text.ts';

/** A place in a file as people read it: without the working directory before it. */
export function shownPlace(place: string): string {
  const here = `${process.cwd()}/`;
  return shownLine(place.startsWith(here) ? place.slice(here.length) : place);
}
