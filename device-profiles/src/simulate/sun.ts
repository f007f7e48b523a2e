const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Baia Mare, Romania: the place whose days the simulated city lives. */
const latitude = (47.66 * Math.PI) / 180;
const longitude = 23.57;

/**
 * Sine of the sun's elevation at a time (ms since the epoch), from Cooper's formula for the declination
 * (Duffie and Beckman, Solar Engineering of Thermal Processes, equation 1.6.1a). Good to about a degree.
 */
export function sunElevation(time: number): number {
  const day = Math.floor(time / dayMs);
  const declination = declinationOf(day);
  const solarHour = ((time / hourMs + longitude / 15) % 24) - 12;
  return (
    Math.sin(latitude) * Math.sin(declination) +
    Math.cos(latitude) * Math.cos(declination) * Math.cos((solarHour / 12) * Math.PI)
  );
}

/** The elevation below which street lamps burn, as a sine: 2 degrees under the horizon. */
const lampElevation = Math.sin((-2 * Math.PI) / 180);

export function isDark(time: number): boolean {
  return sunElevation(time) < lampElevation;
}

/** Hours of darkness between two times: what a lamp burns. Exact to the model of isDark. */
export function darkHours(from: number, to: number): number {
  return darkSinceEpoch(to) - darkSinceEpoch(from);
}

/** Cumulated hours of darkness up to the start of each solar day since the epoch, grown as it is asked for. */
const cumulated: number[] = [0];

function darkSinceEpoch(time: number): number {
  const solar = time + (longitude / 15) * hourMs;
  const day = Math.max(0, Math.floor(solar / dayMs));
  for (let known = cumulated.length; known <= day; known++) {
    cumulated.push((cumulated[known - 1] ?? 0) + 24 - lightHours(known - 1));
  }
  const hour = (solar - day * dayMs) / hourMs;
  const half = lightHours(day) / 2;
  const lit = Math.min(Math.max(hour - (12 - half), 0), 2 * half);
  return (cumulated[day] ?? 0) + hour - lit;
}

/** Hours of a day in which lamps are off. */
function lightHours(day: number): number {
  const declination = declinationOf(day);
  const cosine =
    (lampElevation - Math.sin(latitude) * Math.sin(declination)) /
    (Math.cos(latitude) * Math.cos(declination));
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) / Math.PI) * 24;
}

function declinationOf(day: number): number {
  const dayOfYear = (((day + 1) % 365.2425) + 365.2425) % 365.2425;
  return ((23.45 * Math.PI) / 180) * Math.sin((2 * Math.PI * (284 + dayOfYear)) / 365);
}
