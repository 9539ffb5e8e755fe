import { shownLine } from './text.ts';

/** A text that may come from a host as one line between double quotes. */
export function xmlAttribute(text: string): string {
  return xmlText(shownLine(text)).replaceAll('"', '&quot;');
}

/** Control characters are already visible text; halves of surrogate pairs cannot be written in XML. */
export function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
