import type { Device } from '../../../../src/contract/index.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface PlacedDevice {
  readonly device: Device;
  /** On the screen, in pixels. */
  readonly at: Point;
}
export interface Group {
  readonly devices: readonly Device[];
  readonly at: Point;
  /** Up to two names; null where the group covers more places than a label can name. */
  readonly place: string | null;
  /** False where the name would cover another marker; zooming in makes room. */
  readonly named: boolean;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Signs in one row of a marker. */
export const signsPerRow = 5;
const sign = 26;
const edge = 10;
const valueWidth = 78;
const letter = 7.4;
/** As wide as the style sheet lets a name be: on a narrow map it breaks sooner, so that it stays within. */
const longestName = (narrow: boolean) => (narrow ? 120 : 176);
/** "12 dispozitive", for a group that is counted instead of named. */
const countLetters = 15;

/** The room that a marker takes. A device that stands alone shows its value too, unless the map is narrow. */
function signsBox(at: Point, count: number, withValues: boolean): Box {
  const width = Math.min(count, signsPerRow) * sign + edge + (count === 1 && withValues ? valueWidth : 0);
  const height = Math.ceil(count / signsPerRow) * sign + edge;
  return box(at.x, at.y, width, height);
}

function box(x: number, y: number, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

const overlap = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

interface Cluster {
  readonly members: readonly PlacedDevice[];
  readonly at: Point;
}

/**
 * Devices that would cover each other on the map, put together; zooming in takes a group apart.
 * A group's name is left out where it would cover something else.
 */
export function groupDevices(placed: readonly PlacedDevice[], withValues: boolean): Group[] {
  let clusters: Cluster[] = placed.map((each) => ({ members: [each], at: each.at }));
  for (let pair = touching(clusters, withValues); pair !== undefined; pair = touching(clusters, withValues)) {
    const [one, other] = pair;
    const members = [...one.members, ...other.members];
    clusters = [
      ...clusters.filter((each) => each !== one && each !== other),
      { members, at: centre(members) },
    ];
  }
  return withNames(clusters, withValues);
}

function touching(
  clusters: readonly Cluster[],
  withValues: boolean,
): readonly [Cluster, Cluster] | undefined {
  for (const [index, one] of clusters.entries()) {
    const room = signsBox(one.at, one.members.length, withValues);
    const other = clusters
      .slice(index + 1)
      .find(({ at, members }) => overlap(room, signsBox(at, members.length, withValues)));
    if (other !== undefined) return [one, other];
  }
  return undefined;
}

function withNames(clusters: readonly Cluster[], withValues: boolean): Group[] {
  const longest = longestName(!withValues);
  const taken = clusters.map(({ at, members }) => signsBox(at, members.length, withValues));
  return clusters.map(({ members, at }, index) => {
    const places = [...new Set(members.map(({ device }) => device.location?.place ?? device.name))];
    const place = places.length > 2 ? null : places.join(', ');
    const width = (place?.length ?? countLetters) * letter + edge;
    const height = Math.ceil(width / longest) * 17 + 3;
    const own = taken[index];
    const name = box(at.x, (own?.bottom ?? at.y) + height / 2 + 2, Math.min(width, longest), height);
    const named = !taken.some((room, position) => position !== index && overlap(name, room));
    if (named) taken.push(name);
    return { devices: members.map(({ device }) => device), at, place, named };
  });
}

function centre(members: readonly PlacedDevice[]): Point {
  const sum = members.reduce(({ x, y }, { at }) => ({ x: x + at.x, y: y + at.y }), { x: 0, y: 0 });
  return { x: sum.x / members.length, y: sum.y / members.length };
}

/** Worst state first: what a group must show first. */
export const worstFirst: Record<Device['state'], number> = { offline: 0, stale: 1, online: 2 };
