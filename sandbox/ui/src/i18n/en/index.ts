import { common } from './common.ts';
import { connectors } from './connectors.ts';
import { devices } from './devices.ts';
import { evaluation } from './evaluation.ts';
import { pilots } from './pilots.ts';
import { session } from './session.ts';

export const texts = { ...common, ...session, ...devices, ...pilots, ...evaluation, ...connectors } as const;
