import { parentPort, workerData } from 'node:worker_threads';
import type { Packet } from './packet.ts';
import { ReadingWriter, type RegistryDocument, type WriterOptions } from './reading-writer.ts';
import { failureOf, type WorkerReply, type WorkerRequest } from './worker-messages.ts';

/** The writer's thread. Appends that arrive close together share one commit, and so one wait for the disk. */
export interface WriterThreadOptions extends WriterOptions {
  /** A commit waits this long for company, ms... */
  readonly groupMs: number;
  /** ...or until so many readings are there. */
  readonly groupReadings: number;
}

const options = workerData as WriterThreadOptions;
const group: { readonly id: number; readonly packet: Packet }[] = [];
let readings = 0;
let timer: NodeJS.Timeout | undefined;

function say(reply: WorkerReply): void {
  parentPort?.postMessage(reply);
}

function commit(writer: ReadingWriter): void {
  clearTimeout(timer);
  timer = undefined;
  const members = group.splice(0);
  readings = 0;
  if (members.length === 0) return;
  try {
    const results = writer.store(members.map(({ packet }) => packet));
    say({ kind: 'results', results: members.map(({ id }, index) => [id, results[index]]) });
  } catch (error) {
    say({ kind: 'failed', ids: members.map(({ id }) => id), failure: failureOf(error) });
  }
}

function append(writer: ReadingWriter, id: number, packet: Packet): void {
  writer.introduce(packet);
  group.push({ id, packet });
  readings += packet.series.length;
  if (readings >= options.groupReadings) commit(writer);
  else timer ??= setTimeout(() => commit(writer), options.groupMs);
}

function act(writer: ReadingWriter, id: number, work: () => void): void {
  commit(writer);
  try {
    work();
    say({ kind: 'results', results: [[id, null]] });
  } catch (error) {
    say({ kind: 'failed', ids: [id], failure: failureOf(error) });
  }
}

function serve(writer: ReadingWriter): void {
  parentPort?.on('message', ({ id, kind, body }: WorkerRequest) => {
    if (kind === 'append') append(writer, id, body as Packet);
    else if (kind === 'registry') act(writer, id, () => writer.keepRegistry(body as RegistryDocument[]));
    else if (kind === 'probe') act(writer, id, () => writer.probe());
    else {
      commit(writer);
      writer.close();
      parentPort?.close();
    }
  });
  say({ kind: 'ready' });
}

try {
  serve(new ReadingWriter(options));
} catch (error) {
  say({ kind: 'failed-start', failure: failureOf(error) });
}
