import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Device, DeviceStatus, DeviceUpdate } from '../../../src/contract/index.ts';
import { withReadings, withStatus } from './apply-update.ts';
import { listen, type StreamState } from './event-stream.ts';
import { deviceQuery, devicesQuery } from './queries.ts';
import { path } from './request.ts';

// A dozen devices may speak at once; the page redraws at most this often.
const flushEveryMs = 250;

type Change = (device: Device) => Device;

function apply(client: QueryClient, changes: Map<string, Change[]>): void {
  const through = (device: Device) =>
    (changes.get(device.id) ?? []).reduce((state, change) => change(state), device);
  client.setQueryData(devicesQuery().queryKey, (devices) => devices?.map(through));
  for (const id of changes.keys())
    client.setQueryData(deviceQuery(id).queryKey, (device) =>
      device === undefined ? device : through(device),
    );
}

/**
 * Keeps the cached devices live while a page is open.
 * @param devices ids to listen to; undefined for all that the reader may see
 * @returns the state of the line, for a visible indication
 */
export function useLiveDevices(devices?: readonly string[]): StreamState {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');
  const chosen = devices?.join(',');

  useEffect(() => {
    let changes = new Map<string, Change[]>();
    let timer: number | undefined;
    let wasLost = false;
    const push = (device: string, change: Change) => {
      changes.set(device, [...(changes.get(device) ?? []), change]);
      timer ??= window.setTimeout(() => {
        timer = undefined;
        const due = changes;
        changes = new Map();
        apply(client, due);
      }, flushEveryMs);
    };
    const end = listen(path(['live'], { devices: chosen }), {
      onEvent: {
        readings: (data) => {
          const update = data as DeviceUpdate;
          push(update.device, (device) => withReadings(device, update));
        },
        status: (data) => {
          const status = data as DeviceStatus;
          push(status.device, (device) => withStatus(device, status));
        },
      },
      onState: (next) => {
        setState(next);
        if (next === 'reconnecting') wasLost = true;
        // What was said while the line was down is read once more.
        if (next === 'open' && wasLost) {
          wasLost = false;
          void client.invalidateQueries({ queryKey: ['devices'] });
          void client.invalidateQueries({ queryKey: ['device'] });
        }
      },
    });
    return () => {
      window.clearTimeout(timer);
      end();
    };
  }, [client, chosen]);
  return state;
}
