import { parentPort, workerData } from 'node:worker_threads';
import { ReadingReader } from './reading-reader.ts';
import type { HourQuery, ReadingQuery, SeriesQuery, SummaryQuery } from './reading-store.ts';
import type { Resolution } from '../contract/index.ts';
import { failureOf, type WorkerReply, type WorkerRequest } from './worker-messages.ts';

/** A reader's thread: one question after the other. */
export interface ReaderThreadOptions {
  readonly file: string;
}

function say(reply: WorkerReply): void {
  parentPort?.postMessage(reply);
}

function answer(reader: ReadingReader, kind: string, body: unknown): unknown {
  switch (kind) {
    case 'series':
      return reader.series(body as SeriesQuery & { resolution: Resolution });
    case 'latest':
      return reader.latest(body as readonly string[] | undefined);
    case 'readings':
      return reader.readings(body as ReadingQuery);
    case 'summarise':
      return reader.summarise(body as SummaryQuery);
    case 'hourCounts':
      return reader.hourCounts(body as HourQuery);
    case 'registry':
      return reader.registry();
    case 'probe':
      reader.probe();
      return null;
    default:
      throw new RangeError(`no question ${kind}`);
  }
}

function serve(reader: ReadingReader): void {
  parentPort?.on('message', ({ id, kind, body }: WorkerRequest) => {
    if (kind === 'stop') {
      reader.close();
      parentPort?.close();
      return;
    }
    try {
      say({ kind: 'results', results: [[id, answer(reader, kind, body)]] });
    } catch (error) {
      say({ kind: 'failed', ids: [id], failure: failureOf(error) });
    }
  });
  say({ kind: 'ready' });
}

try {
  serve(new ReadingReader((workerData as ReaderThreadOptions).file));
} catch (error) {
  say({ kind: 'failed-start', failure: failureOf(error) });
}
