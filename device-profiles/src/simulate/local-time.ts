const hourMs = 3_600_000;
const zone = 'Europe/Bucharest';

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
});

/** Asking Intl is slow, and the offset changes on the hour only, so the last answer is kept. */
let kept = { hour: Number.NaN, offset: 0 };

/** How far the city's clocks are ahead of UTC, in ms, daylight saving included. */
function offsetAt(time: number): number {
  const hour = Math.floor(time / hourMs);
  if (hour === kept.hour) return kept.offset;
  const start = hour * hourMs;
  const found: Record<string, number> = {};
  for (const { type, value } of parts.formatToParts(start)) found[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour: clock = 0 } = found;
  kept = { hour, offset: Date.UTC(year, month - 1, day, clock) - start };
  return kept.offset;
}

/** Hour of the city's day, 0 to 24, and the day of its week, 0 = Sunday. */
export function localTime(time: number): { readonly hour: number; readonly weekday: number } {
  const local = time + offsetAt(time);
  const day = Math.floor(local / (24 * hourMs));
  return { hour: (local - day * 24 * hourMs) / hourMs, weekday: (((day + 4) % 7) + 7) % 7 };
}
