/** Numbers as ascending ranges of neighbours, both ends included. */
export function ranges(numbers: Iterable<number>): (readonly [from: number, to: number])[] {
  const result: (readonly [number, number])[] = [];
  let from: number | undefined;
  let to = 0;
  for (const number of [...numbers].sort((a, b) => a - b)) {
    if (from !== undefined && number <= to + 1) {
      to = number;
      continue;
    }
    if (from !== undefined) result.push([from, to]);
    from = to = number;
  }
  if (from !== undefined) result.push([from, to]);
  return result;
}
