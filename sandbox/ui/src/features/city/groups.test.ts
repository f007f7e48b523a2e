import { describe, expect, it } from 'vitest';
import type { Device } from '../../../../src/contract/index.ts';
import { groupDevices } from './groups.ts';

const device = (id: string, place: string): Device => ({
  id,
  name: id,
  gateway: 'gw',
  profile: null,
  location: { lat: 0, lon: 0, place },
  state: 'online',
  since: null,
  stateReason: null,
  lastSeenAt: null,
  pilots: [],
  metrics: [],
});

describe('groups on the map', () => {
  it('keep apart what has room', () => {
    const groups = groupDevices([
      { device: device('a', 'Square'), at: { x: 0, y: 0 } },
      { device: device('b', 'Park'), at: { x: 300, y: 0 } },
    ]);
    expect(groups.map(({ place }) => place)).toEqual(['Square', 'Park']);
  });

  it('join what would overlap, at the middle, under one name', () => {
    const groups = groupDevices([
      { device: device('a', 'Square'), at: { x: 0, y: 0 } },
      { device: device('b', 'Square'), at: { x: 10, y: 20 } },
    ]);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ place: 'Square', at: { x: 5, y: 10 } });
  });

  it('name every place of a mixed group', () => {
    const [group] = groupDevices([
      { device: device('a', 'Square'), at: { x: 0, y: 0 } },
      { device: device('b', 'Park'), at: { x: 40, y: 0 } },
    ]);
    expect(group?.place).toBe('Square, Park');
  });
});
