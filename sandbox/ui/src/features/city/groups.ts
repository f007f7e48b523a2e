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
  readonly place: string;
}

// A label is about this large; two that would touch become one.
const reach = { x: 118, y: 58 } as const;

/**
 * Devices that would cover each other on the map, put together. Devices of one place stay in one group as
 * long as they are near each other on the screen; zooming in takes a group apart.
 */
export function groupDevices(placed: readonly PlacedDevice[]): Group[] {
  const groups: { members: PlacedDevice[]; at: Point }[] = [];
  for (const each of placed) {
    const near = groups.find(
      ({ at }) => Math.abs(at.x - each.at.x) < reach.x && Math.abs(at.y - each.at.y) < reach.y,
    );
    if (near === undefined) {
      groups.push({ members: [each], at: each.at });
      continue;
    }
    near.members.push(each);
    near.at = centre(near.members);
  }
  return groups.map(({ members, at }) => ({
    at,
    devices: members.map(({ device }) => device),
    place: [...new Set(members.map(({ device }) => device.location?.place ?? device.name))].join(', '),
  }));
}

function centre(members: readonly PlacedDevice[]): Point {
  const sum = members.reduce(({ x, y }, { at }) => ({ x: x + at.x, y: y + at.y }), { x: 0, y: 0 });
  return { x: sum.x / members.length, y: sum.y / members.length };
}

/** Worst state first: what a group's label must show. */
export const worstFirst: Record<Device['state'], number> = { offline: 0, stale: 1, online: 2 };
