import type { Paint } from '../reporters/paint.ts';
import { shownPlace } from '../reporters/place.ts';
import { shownLine, truncate } from '../reporters/text.ts';
import type { Plain } from '../values.ts';
import type { Explanation, Given } from './explain-variable.ts';

/** For people; values on one line each. */
export function explanationLines(
  name: string,
  explanations: readonly Explanation[],
  paint: Paint,
): string[] {
  return explanations.flatMap(({ plays, value, why, given: [first, ...hidden] }, index) => {
    const lines = index > 0 ? [''] : [];
    if (explanations.length > 1)
      lines.push(paint('quiet', `in ${plays.map(shownLine).join(', ')}`));
    const shown = value === undefined ? 'only a run can tell' : textOf(value);
    lines.push(`${shownLine(name)} = ${paint('strong', shown)}`);
    if (why !== undefined) lines.push(`  why      ${shownLine(why)}`);
    if (value !== undefined && textOf(first.written) !== shown) {
      lines.push(`  written  ${textOf(first.written)}`);
    }
    lines.push(`  from     ${sourceOf(first)}`);
    for (const other of hidden) {
      lines.push(`  hides    ${truncate(textOf(other.written), longestHidden)}`);
      lines.push(paint('quiet', `           ${sourceOf(other)}`));
    }
    return lines;
  });
}

export function explanationJson(host: string, name: string, explanations: readonly Explanation[]) {
  return {
    schema: 1,
    host,
    variable: name,
    explanations: explanations.map(({ plays, value, why, given: [first, ...hidden] }) => ({
      plays,
      value: value ?? null,
      ...(why !== undefined && { why }),
      from: first,
      hides: hidden,
    })),
  };
}

function sourceOf(given: Given): string {
  const place = placeOf(given);
  return place === given.level ? place : `${place}, ${given.level}`;
}

function placeOf({ by, at }: Given): string {
  return at ? shownPlace(`${at.file}:${at.line}:${at.column}`) : shownLine(by);
}

function textOf(value: Plain): string {
  return shownLine(typeof value === 'string' ? value : JSON.stringify(value));
}

const longestHidden = 60;
