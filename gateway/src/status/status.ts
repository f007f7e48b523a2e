import type { OutboxStatus } from '../outbox/outbox.ts';
import type { SamplerStatus } from '../sampler/sampler.ts';
import type { UplinkStatus } from '../uplink/uplink.ts';

/** Everything that an engineer asks of a box in the field. */
export interface GatewayStatus {
  readonly gateway: string;
  readonly site: string;
  readonly version: string;
  /** ok: all is well; degraded: it works, but something listed in `faults` needs a look. */
  readonly status: 'ok' | 'degraded';
  readonly faults: readonly string[];
  readonly clockSynced: boolean;
  readonly uplink: UplinkStatus;
  /** `rows` are the batches on disk that nobody confirmed yet. */
  readonly outbox: OutboxStatus & { readonly rows: number };
  readonly ports: SamplerStatus['ports'];
  readonly devices: SamplerStatus['devices'];
}
