import { isDeepStrictEqual } from 'node:util';
import type { GatewayConfig } from './schema.ts';

/** What has to be done so that a running gateway is as another configuration says. */
export interface Changes {
  /** Paths of keys that a running gateway cannot take over. */
  readonly needRestart: readonly string[];
  readonly outbox: boolean;
  /** Ports, devices or the folders of their profiles. */
  readonly field: boolean;
  readonly uplink: boolean;
  readonly status: boolean;
}

/** Compares two faultless configurations. A profile that changed inside its file shows only in `field` of the plan. */
export function changesOf(old: GatewayConfig, next: GatewayConfig): Changes {
  const differs = (key: keyof GatewayConfig): boolean => !isDeepStrictEqual(old[key], next[key]);
  const needRestart = [
    // Who the gateway is on the wire; and a clock's history cannot be taken back.
    ...(['id', 'site', 'clock'] as const).filter(differs),
    ...(['file', 'synchronous'] as const)
      .filter((key) => old.outbox[key] !== next.outbox[key])
      .map((key) => `outbox.${key}`),
  ];
  return {
    needRestart,
    outbox: differs('outbox'),
    field: differs('ports') || differs('devices') || differs('profiles'),
    uplink: differs('uplink'),
    status: differs('status'),
  };
}
