import type { OutboxStatus } from '../outbox/outbox.ts';
import type { SamplerStatus } from '../sampler/sampler.ts';
import type { UplinkStatus } from '../uplink/uplink.ts';
import type { GatewayStatus } from './status.ts';

export interface Parts {
  readonly gateway: string;
  readonly site: string;
  readonly version: string;
  readonly clockSynced: boolean;
  readonly uplink: UplinkStatus;
  readonly outbox: OutboxStatus;
  readonly sampler: SamplerStatus;
}

/** Puts the parts together and names what is not as it should be. */
export function gatherStatus({ outbox, sampler, ...rest }: Parts): GatewayStatus {
  const faults = [
    ...(rest.uplink.state === 'online' ? [] : [uplinkFault(rest.uplink)]),
    ...rest.uplink.held.map((device) => `device ${device}: the host confirms none of its readings`),
    ...(outbox.fault === undefined ? [] : [`outbox cannot write: ${outbox.fault}`]),
    ...(rest.clockSynced ? [] : ['the clock is not synchronised: readings are held back']),
    ...sampler.ports.flatMap(({ id, fault }) => (fault === undefined ? [] : [`port ${id}: ${fault}`])),
    ...sampler.devices.flatMap(({ id, state }) =>
      state === 'silent' ? [`device ${id} does not answer`] : [],
    ),
  ];
  return {
    ...rest,
    status: faults.length === 0 ? 'ok' : 'degraded',
    faults,
    outbox: { ...outbox, rows: outbox.batches },
    ports: sampler.ports,
    devices: sampler.devices,
  };
}

function uplinkFault({ state, fault }: UplinkStatus): string {
  const why = fault ?? (state === 'waiting' ? 'the host application is not online' : 'no connection yet');
  return `uplink is ${state}: ${why}`;
}
