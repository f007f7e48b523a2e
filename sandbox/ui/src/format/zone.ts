/** The city's time zone. All times are shown in it, wherever the reader is. */
export const cityTimeZone = 'Europe/Bucharest';

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: cityTimeZone,
  calendar: 'gregory',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/**
 * The city's wall clock at an instant, as if it were UTC.
 * Charts draw on this axis, so that day marks fall on the city's midnight, daylight saving included.
 * @param at ms since the epoch
 * @returns ms; read it with UTC getters only
 */
export function wallClock(at: number): number {
  const read = Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, Number(part.value)]));
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

/**
 * The instant at which the city's wall clock shows a date and time.
 * A time skipped by daylight saving gives the instant just after the gap; one that occurs twice gives the first.
 * @param date yyyy-mm-dd
 * @param time hh:mm or hh:mm:ss.mmm
 * @returns ms since the epoch; NaN when the text is not a date
 */
export function cityInstant(date: string, time = '00:00'): number {
  const wall = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (Number.isNaN(wall)) return Number.NaN;
  const first = wall - (wallClock(wall) - wall);
  const second = wall - (wallClock(first) - first);
  return Math.max(first, second) === first || wallClock(second) === wall ? second : first;
}

/** The city's date at an instant, yyyy-mm-dd (what a date input holds). */
export function cityDate(at: number): string {
  return new Date(wallClock(at)).toISOString().slice(0, 10);
}
