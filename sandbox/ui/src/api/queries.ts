import { infiniteQueryOptions, queryOptions, keepPreviousData } from '@tanstack/react-query';
import type {
  Connector,
  DeadLetter,
  Device,
  Evaluation,
  Gateway,
  Pilot,
  PilotConnection,
  PilotEvent,
  PilotOutput,
  Reading,
  Series,
  Session,
  Token,
} from '../../../src/contract/index.ts';
import { path, request } from './request.ts';

// Every read of the API in one place: its key, its address, how long it stays fresh.
interface List<T> {
  items: T[];
}
interface Page<T> extends List<T> {
  next: string | null;
}

export const sessionQuery = () =>
  queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => request<Session>(path(['session']), { signal }),
    staleTime: 5 * 60_000,
  });

/** All devices that the reader may see. Live updates are written into this entry; see live.ts. */
export const devicesQuery = () =>
  queryOptions({
    queryKey: ['devices'],
    queryFn: async ({ signal }) => (await request<List<Device>>(path(['devices']), { signal })).items,
    // Staleness is judged by the server, and silence sends no event.
    refetchInterval: 30_000,
  });

export const deviceQuery = (device: string) =>
  queryOptions({
    queryKey: ['device', device],
    queryFn: ({ signal }) => request<Device>(path(['devices', device]), { signal }),
    refetchInterval: 30_000,
  });

export const gatewaysQuery = () =>
  queryOptions({
    queryKey: ['gateways'],
    queryFn: async ({ signal }) => (await request<List<Gateway>>(path(['gateways']), { signal })).items,
    refetchInterval: 5_000,
  });

export interface Window {
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
}

export const seriesQuery = (
  device: string,
  metric: string,
  key: string,
  window: () => Window,
  every: number,
) =>
  queryOptions({
    queryKey: ['series', device, metric, key],
    queryFn: ({ signal }) =>
      request<Series>(path(['devices', device, 'series'], { metric, ...window(), resolution: 'auto' }), {
        signal,
      }),
    refetchInterval: every,
    placeholderData: keepPreviousData,
  });

export const readingsQuery = (device: string, metric: string, key: string, window: () => Window) =>
  infiniteQueryOptions({
    queryKey: ['readings', device, metric, key],
    queryFn: ({ signal, pageParam }) =>
      request<Page<Reading>>(
        path(['devices', device, 'readings'], { metric, ...window(), after: pageParam, limit: 50 }),
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<Reading>) => page.next,
    staleTime: Infinity,
  });

export const pilotsQuery = () =>
  queryOptions({
    queryKey: ['pilots'],
    queryFn: async ({ signal }) => (await request<List<Pilot>>(path(['pilots']), { signal })).items,
    staleTime: 15_000,
  });

export const pilotQuery = (pilot: string) =>
  queryOptions({
    queryKey: ['pilot', pilot],
    queryFn: ({ signal }) => request<Pilot>(path(['pilots', pilot]), { signal }),
    staleTime: 15_000,
  });

export const connectionQuery = (pilot: string) =>
  queryOptions({
    queryKey: ['pilot', pilot, 'connection'],
    queryFn: ({ signal }) => request<PilotConnection>(path(['pilots', pilot, 'connection']), { signal }),
    staleTime: 60_000,
  });

export const tokensQuery = (pilot: string) =>
  queryOptions({
    queryKey: ['pilot', pilot, 'tokens'],
    queryFn: async ({ signal }) =>
      (await request<List<Token>>(path(['pilots', pilot, 'tokens']), { signal })).items,
    refetchInterval: 30_000,
  });

export const eventsQuery = (pilot: string) =>
  queryOptions({
    queryKey: ['pilot', pilot, 'events'],
    queryFn: async ({ signal }) =>
      (await request<List<PilotEvent>>(path(['pilots', pilot, 'events']), { signal })).items,
    refetchInterval: 15_000,
  });

export const outputsQuery = (pilot: string) =>
  infiniteQueryOptions({
    queryKey: ['pilot', pilot, 'outputs'],
    queryFn: ({ signal, pageParam }) =>
      request<Page<PilotOutput>>(
        path(['pilots', pilot, 'outputs'], { after: pageParam, limit: 25, order: 'newest' }),
        {
          signal,
        },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<PilotOutput>) => page.next,
  });

/** Without a window the server judges the pilot's own period so far. */
export const evaluationQuery = (pilot: string, key: string, window?: () => Window) =>
  queryOptions({
    queryKey: ['evaluation', pilot, key],
    queryFn: ({ signal }) =>
      request<Evaluation>(path(['pilots', pilot, 'evaluation'], { ...window?.() }), { signal }),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const connectorsQuery = () =>
  queryOptions({
    queryKey: ['connectors'],
    queryFn: async ({ signal }) => (await request<List<Connector>>(path(['connectors']), { signal })).items,
    refetchInterval: 5_000,
  });

export const deadLettersQuery = (connector: string) =>
  queryOptions({
    queryKey: ['connectors', connector, 'dead-letters'],
    queryFn: async ({ signal }) =>
      (await request<List<DeadLetter>>(path(['connectors', connector, 'dead-letters']), { signal })).items,
  });
