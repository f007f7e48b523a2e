/** Traffic, 0 to 1: two bells a day at the given hours, less of it at the weekend. */
export function rushHour(
  hour: number,
  weekday: number,
  morning: number,
  evening: number,
  width: number,
  weekend: number,
): number {
  const bell = (peak: number): number => {
    const distance = Math.abs(hour - peak);
    return Math.exp(-((Math.min(distance, 24 - distance) / width) ** 2));
  };
  const traffic = Math.max(bell(morning), 0.9 * bell(evening), 0.35 * bell(12.5));
  return (weekday === 0 || weekday === 6 ? weekend : 1) * traffic;
}
