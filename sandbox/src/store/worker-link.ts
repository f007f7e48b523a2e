import { Worker } from 'node:worker_threads';
import { messageOf } from '@city-testbed/runtime';
import { sandboxError } from '../errors.ts';
import { errorOf, type WorkerReply, type WorkerRequest } from './worker-messages.ts';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A store thread as the main thread sees it: asks and answers by number. A thread that dies fails whatever waits for it
 * and all that is asked later; it is not started again, because the health page then says so and the supervisor
 * restarts the process.
 */
export class WorkerLink {
  readonly #url: URL;
  readonly #options: object;
  readonly #mostWaiting: number;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #exited: Promise<void> | undefined;
  #dead: Error = sandboxError('SANDBOX_STORE_CLOSED', 'not started');
  #open = false;
  #lastId = 0;

  constructor(url: URL, options: object, mostWaiting: number) {
    this.#url = url;
    this.#options = options;
    this.#mostWaiting = mostWaiting;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves when the thread has its database open. */
  start(): Promise<void> {
    const worker = new Worker(this.#url, { workerData: this.#options, execArgv: [] });
    this.#worker = worker;
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.#die(error);
        reject(error);
      };
      worker.on('message', (reply: WorkerReply) => {
        if (reply.kind === 'ready') {
          this.#open = true;
          resolve();
        } else if (reply.kind === 'failed-start') fail(errorOf(reply.failure));
        else this.#answer(reply);
      });
      worker.on('error', (error) =>
        fail(sandboxError('SANDBOX_STORE_FAILED', messageOf(error), { cause: error })),
      );
      worker.on('exit', () => fail(sandboxError('SANDBOX_STORE_CLOSED', 'its thread ended')));
    });
  }

  /** Rejects with SANDBOX_STORE_BUSY when too many wait already, and with SANDBOX_STORE_* for what failed. */
  ask(kind: string, body: unknown, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (!this.#open || !this.#worker) return Promise.reject(this.#dead);
    if (this.#waiting.size >= this.#mostWaiting) {
      return Promise.reject(sandboxError('SANDBOX_STORE_BUSY', `${this.#waiting.size} requests wait`));
    }
    const request: WorkerRequest = { id: ++this.#lastId, kind, body };
    this.#worker.postMessage(request, transfer);
    return new Promise((resolve, reject) => this.#waiting.set(request.id, { resolve, reject }));
  }

  /** Idempotent. The thread finishes what it was asked before. */
  async stop(): Promise<void> {
    if (this.#open) {
      this.#open = false;
      this.#dead = sandboxError('SANDBOX_STORE_CLOSED', 'it was stopped');
      const request: WorkerRequest = { id: 0, kind: 'stop', body: null };
      this.#worker?.postMessage(request);
    }
    await this.#exited;
  }

  /** For a reader whose work nobody waits for any more. */
  async terminate(): Promise<void> {
    this.#open = false;
    await this.#worker?.terminate();
  }

  #answer(reply: Extract<WorkerReply, { kind: 'results' | 'failed' }>): void {
    if (reply.kind === 'results') {
      for (const [id, result] of reply.results) this.#take(id)?.resolve(result);
      return;
    }
    const error = errorOf(reply.failure);
    for (const id of reply.ids) this.#take(id)?.reject(error);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #die(error: Error): void {
    if (this.#open) this.#dead = error;
    this.#open = false;
    for (const { reject } of this.#waiting.values()) reject(this.#dead);
    this.#waiting.clear();
  }
}
