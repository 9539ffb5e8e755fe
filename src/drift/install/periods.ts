const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A period that divides the next larger unit, so that the times of a clock can say it. */
export interface WholePart {
  readonly unit: 'minutes' | 'hours' | 'day' | 'week';
  readonly amount: number;
}

/** undefined for periods such as 50m, which come at other times every day. */
export function wholePart(ms: number): WholePart | undefined {
  if (ms === 7 * day) return { unit: 'week', amount: 1 };
  if (ms === day) return { unit: 'day', amount: 1 };
  if (ms % hour === 0 && day % ms === 0) return { unit: 'hours', amount: ms / hour };
  if (ms % minute === 0 && hour % ms === 0) return { unit: 'minutes', amount: ms / minute };
  return undefined;
}
