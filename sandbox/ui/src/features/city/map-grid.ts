/** A line of the background grid, in GeoJSON order (longitude, latitude). */
export interface GridLine {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Every fourth line: a kilometre. */
  readonly major: boolean;
}

const metresPerDegree = 111_320;

/**
 * A grid around a point, so that a map without tiles still has a scale.
 * @param stepMetres distance of two lines
 * @param reachMetres from the centre to the edge
 */
export function gridAround(lat: number, lon: number, stepMetres = 250, reachMetres = 10_000): GridLine[] {
  const perLon = metresPerDegree * Math.cos((lat * Math.PI) / 180);
  const [south, north] = [lat - reachMetres / metresPerDegree, lat + reachMetres / metresPerDegree];
  const [west, east] = [lon - reachMetres / perLon, lon + reachMetres / perLon];
  const lines: GridLine[] = [];
  const steps = Math.floor(reachMetres / stepMetres);
  for (let step = -steps; step <= steps; step += 1) {
    const major = step % 4 === 0;
    const x = lon + (step * stepMetres) / perLon;
    const y = lat + (step * stepMetres) / metresPerDegree;
    lines.push({ from: [x, south], to: [x, north], major }, { from: [west, y], to: [east, y], major });
  }
  return lines;
}
