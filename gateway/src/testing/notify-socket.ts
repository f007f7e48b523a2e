import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Listens on a datagram socket as systemd does, and prints each message as a line of JSON. */
const listener = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('"listening"', flush=True)
while True:
    print(json.dumps(s.recv(8192).decode().splitlines()), flush=True)
`;

/** A NOTIFY_SOCKET with somebody behind it. For tests. */
export class NotifySocket {
  readonly path: string;
  readonly #dir = mkdtempSync(join(tmpdir(), 'city-notify-'));
  readonly #process: ChildProcess;
  readonly #messages: string[][] = [];
  readonly #waiting: (() => void)[] = [];

  constructor() {
    this.path = join(this.#dir, 'notify');
    this.#process = spawn('python3', ['-c', listener, this.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  async open(): Promise<void> {
    const { stdout } = this.#process;
    if (!stdout) throw new Error('no output');
    const lines = createInterface({ input: stdout });
    await once(lines, 'line');
    lines.on('line', (line) => {
      this.#messages.push(JSON.parse(line) as string[]);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  get assignments(): readonly string[] {
    return this.#messages.flat();
  }

  /** Resolves once an assignment was heard so many times. */
  async heard(assignment: string, times = 1): Promise<void> {
    while (this.assignments.filter((one) => one === assignment).length < times) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
