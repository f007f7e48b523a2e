import { IconBuildingBroadcastTower, IconFlask, IconMap2, IconPlugConnected } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Role } from '../../../src/contract/index.ts';

export interface Destination {
  readonly to: string;
  readonly name: 'map' | 'pilots' | 'gateways' | 'connectors';
  readonly icon: ReactNode;
  readonly roles: readonly Role[];
}

/** Where each role goes. The first ones fit the bar at the bottom of a phone. */
export const destinations: readonly Destination[] = [
  {
    to: '/',
    name: 'map',
    icon: <IconMap2 size={20} aria-hidden />,
    roles: ['admin', 'staff', 'engineer', 'vendor'],
  },
  {
    to: '/pilots',
    name: 'pilots',
    icon: <IconFlask size={20} aria-hidden />,
    roles: ['admin', 'staff', 'engineer', 'vendor'],
  },
  {
    to: '/gateways',
    name: 'gateways',
    icon: <IconBuildingBroadcastTower size={20} aria-hidden />,
    roles: ['admin', 'staff', 'engineer'],
  },
  {
    to: '/connectors',
    name: 'connectors',
    icon: <IconPlugConnected size={20} aria-hidden />,
    roles: ['admin', 'staff'],
  },
];
