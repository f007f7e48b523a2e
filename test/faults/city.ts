import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, workspace } from '../fixtures/process.ts';
import { freePort, people, signIn, type ApiClient } from '../fixtures/testbed.ts';
import { Daemon } from './daemon.ts';
import { Bus, type BusDevice } from './devices.ts';
import { SmallDisk } from './disk.ts';
import { FieldClock } from './field-clock.ts';
import { Link } from './link.ts';
import { missing } from './needs.ts';
import { SerialLine } from './serial-line.ts';
import { StoreView } from './store-view.ts';
import { Truth } from './truth.ts';

export type ProcessName = 'gateway' | 'broker' | 'sandbox';

/** Of the gateway's configuration. */
export const COMMIT_INTERVAL_MS = 100;
export const TIMEOUT_MS = 1000;
export const RETRY_MAX_MS = 1000;
const WINDOW = 50;

/**
 * What the processor and the disk of a busy machine may add to the commit interval: a value that was served within
 * both before the gateway was killed may be missing.
 */
const COMMIT_MARGIN_MS = 900;
/** From the first sign of life of a gateway to its first question. */
const START_MARGIN_MS = 5000;

export interface CityOptions {
  /** The gateway's wall clock can be set. */
  readonly clock?: boolean;
}

interface Stretch {
  readonly from: number;
  to: number;
}

const registers = new Map([
  [0, 'first'],
  [1000, 'second'],
]);
const device = (id: string, unit: number): BusDevice => ({ id, unit, registers });

/** Gateway, broker and sandbox as real processes on loopback, simulated devices before them, and links with faults. */
export class City {
  readonly folder = mkdtempSync(join(tmpdir(), 'city-faults-'));
  readonly truth = new Truth();
  readonly store = new StoreView();
  /** Twenty devices behind one Modbus TCP bridge. */
  readonly bridge: Bus;
  /** Two devices on a serial line. */
  readonly line: Bus;
  /** One device that is read five times a second. */
  readonly quick: Bus;
  readonly uplink: Link;
  readonly hostLink: Link;
  readonly serial: SerialLine | undefined;
  readonly disk: SmallDisk | undefined;
  readonly clock: FieldClock | undefined;
  readonly maxResident = new Map<ProcessName, number>();
  /** Processes that ended when nobody had told them to. */
  readonly surprises: string[] = [];
  /** Stretches of half a second and more in which this machine gave the harness no time. */
  stalls = 0;
  readonly #ports: readonly number[];
  readonly #running = new Map<ProcessName, Daemon>();
  readonly #expectedEnds = new Set<Daemon>();
  readonly #timers: NodeJS.Timeout[] = [];
  #api: ApiClient | undefined;
  #gatewayMode: 'trusted' | 'ntp' = 'trusted';
  #frozen: Stretch | undefined;
  #unwritable: Stretch | undefined;

  private constructor(ports: readonly number[], { clock = false }: CityOptions) {
    this.#ports = ports;
    const units = Array.from({ length: 20 }, (_, index) => index + 1);
    this.bridge = new Bus(
      'tcp',
      units.map((unit) => device(`bridge-${unit}`, unit)),
      this.truth,
    );
    this.line = new Bus('rtu', [device('line-1', 1), device('line-2', 2)], this.truth);
    this.quick = new Bus('tcp', [device('quick-1', 1)], this.truth);
    this.uplink = new Link(this.#port('mqtt'));
    this.hostLink = new Link(this.#port('mqtt'));
    if (!missing.mounts) this.disk = new SmallDisk(join(this.folder, 'gateway'), 24);
    else mkdirSync(join(this.folder, 'gateway'));
    if (clock && !missing.faketime) this.clock = new FieldClock(this.folder);
  }

  static async create(options: CityOptions = {}): Promise<City> {
    const city = new City(await Promise.all([freePort(), freePort(), freePort()]), options);
    await Promise.all([city.bridge.start(), city.line.start(), city.quick.start()]);
    await Promise.all([city.uplink.start(), city.hostLink.start()]);
    if (!missing.socat) {
      const serial = new SerialLine(city.folder, city.line.port);
      await serial.plugIn();
      Object.assign(city, { serial });
    }
    return city;
  }

  get devices(): readonly string[] {
    return [...this.truth.asked.keys()];
  }

  /** All three processes, up to the first question to every device. */
  async start(): Promise<void> {
    this.setClock(0);
    for (const [name, value] of Object.entries({ internal: 'internal-secret', host: 'host-secret' })) {
      writeFileSync(join(this.folder, name), value);
    }
    writeFileSync(join(this.folder, 'token'), 'gateway-secret');
    writeFileSync(join(this.folder, 'admin'), people.admin.password);
    this.startSandbox();
    this.startBroker();
    await this.sandboxHealthy();
    await this.startGateway();
    await eventually('every device is asked', () =>
      [...this.truth.asked.values()].every(({ length }) => length > 0),
    );
    this.#timers.push(
      setInterval(() => this.#measure(), 1000),
      this.#watchStalls(),
    );
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const daemon of this.#running.values()) this.#expectedEnds.add(daemon);
    await Promise.all([...this.#running.values()].map((daemon) => daemon.end(5000)));
    await this.serial?.stop();
    await Promise.all(
      [this.bridge, this.line, this.quick, this.uplink, this.hostLink].map((it) => it.stop()),
    );
    // A folder that is kept for a look must hold the outbox too.
    this.#keepOutbox();
    this.disk?.unmount();
  }

  startSandbox(): void {
    this.#spawn('sandbox', 'sandbox', 'city-sandbox', {
      http: { port: this.#port('http'), secureCookies: false },
      mqtt: { url: `mqtt://127.0.0.1:${this.hostLink.port}`, password: { file: 'host' } },
      internal: { secret: { file: 'internal' } },
      data: { dir: 'sandbox' },
      gateways: [{ id: 'gw-1', token: { file: 'token' } }],
      demo: { enabled: false, accounts: [] },
      bootstrapAdmin: { email: people.admin.email, password: { file: 'admin' } },
    });
  }

  startBroker(): void {
    this.#spawn('broker', 'broker', 'city-broker', {
      listeners: { tcp: { enabled: true, port: this.#port('mqtt') } },
      sandbox: { url: this.url, secret: { file: 'internal' } },
      metrics: { port: 0 },
    });
  }

  /** Starts it and waits for its status page; the polls that it owes meanwhile are accounted for. */
  async startGateway(mode: 'trusted' | 'ntp' = 'trusted'): Promise<void> {
    this.#gatewayMode = mode;
    const pause = this.truth.pause('the gateway was not up');
    this.#spawnGateway();
    await this.gatewayHealthy();
    pause.to = Date.now() + START_MARGIN_MS;
  }

  /** Starts it where it may not be able to: it is started again until it can. */
  startGatewayUnwatched(): void {
    this.#spawnGateway();
  }

  /** After `startGatewayUnwatched`, once nothing is in its way any more. */
  async gatewayStarted(): Promise<void> {
    const pause = this.truth.pause('the gateway was not up');
    await this.gatewayHealthy();
    pause.to = Date.now() + START_MARGIN_MS;
  }

  /** The gateway's wall clock goes by so much before (or behind) the true time from now on. */
  setClock(offset: number): void {
    this.truth.clock.push({ at: Date.now(), offset, exact: true });
    this.clock?.set(offset);
  }

  async gatewayHealthy(): Promise<void> {
    await eventually(
      'the gateway is up',
      async () => {
        // One that ends by itself again and again will not come up by waiting.
        if (this.surprises.length >= 3) throw new Error(this.surprises.at(-1));
        return (await this.gatewayStatus()) !== undefined;
      },
      60_000,
    );
  }

  async sandboxHealthy(): Promise<void> {
    await eventually(
      'the sandbox is up',
      async () => {
        const answer = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(2000) }).catch(
          () => undefined,
        );
        return answer !== undefined;
      },
      60_000,
    );
  }

  async gatewayStatus(): Promise<{ outbox: { rows: number; dropped: number } } | undefined> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.#port('status')}/health`, {
        signal: AbortSignal.timeout(2000),
      });
      return (await answer.json()) as { outbox: { rows: number; dropped: number } };
    } catch {
      return undefined;
    }
  }

  daemon(name: ProcessName): Daemon {
    return this.#running.get(name)!;
  }

  /** SIGKILL. What the gateway had read and not committed is allowed to be lost, and nothing else. */
  async kill(name: ProcessName): Promise<void> {
    const daemon = this.daemon(name);
    this.#expectedEnds.add(daemon);
    const at = Date.now();
    const pause = name === 'gateway' ? this.truth.pause('the gateway was killed', undefined, at) : undefined;
    daemon.signal('SIGKILL');
    await daemon.exited;
    const ended = Date.now();
    if (!pause) return;
    pause.to = ended + START_MARGIN_MS;
    this.truth.excuse({
      from: this.#uncommittedSince(at),
      // A question that was in the device's socket when the gateway died is still answered.
      to: ended + 500,
      why: 'read and not committed when the gateway was killed',
      endOnly: true,
    });
    // A frozen process that was killed is not frozen any more.
    if (this.#frozen) this.#frozen.to = ended;
  }

  /** SIGTERM: nothing at all may be lost. */
  async stopGateway(): Promise<void> {
    const daemon = this.daemon('gateway');
    this.#expectedEnds.add(daemon);
    const pause = this.truth.pause('the gateway was stopped');
    if (!(await daemon.end(20_000))) this.surprises.push('the gateway did not stop within 20 s of SIGTERM');
    pause.to = Date.now() + START_MARGIN_MS;
  }

  /** SIGSTOP; SIGCONT is `thaw`. */
  freeze(name: ProcessName): void {
    if (name === 'gateway') this.#frozen = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    this.daemon(name).signal('SIGSTOP');
  }

  thaw(name: ProcessName): void {
    this.daemon(name).signal('SIGCONT');
    if (name !== 'gateway' || !this.#frozen) return;
    const { from } = this.#frozen;
    const to = Date.now();
    this.#frozen.to = to;
    const why = 'in flight when the gateway was stopped';
    // One poll a port was under way: its time-out passed while the process stood still. With all ports the devices
    // whose poll it was are known only to the gateway.
    this.truth.excuse({ from: from - 500, to: to + 300, why, most: 1 });
    this.truth.pause(why, undefined, from - TIMEOUT_MS).to = to + silenceMs(3);
  }

  /** The disk takes nothing from now on, or takes it again. */
  unwritable(on: boolean): void {
    if (on) this.#unwritable = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    else if (this.#unwritable) this.#unwritable.to = Date.now();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port('http')}`;
  }

  /** Reads on in the store. Signs in again where the sandbox forgot. */
  async look(): Promise<void> {
    try {
      this.#api ??= await signIn(this.url, people.admin);
      await this.store.update(this.#api, this.devices);
    } catch (error) {
      this.#api = undefined;
      throw error;
    }
  }

  log(name: ProcessName): string {
    return readFileSync(join(this.folder, `${name}.log`), 'utf8');
  }

  get outboxFile(): string {
    return join(this.folder, 'gateway/outbox.db');
  }

  /** Files that the gateway set aside. */
  damagedFiles(): string[] {
    return readdirSync(join(this.folder, 'gateway')).filter((name) => name.includes('damaged'));
  }

  /** Everything that there is to know of the run, for a look at a failure. */
  dump(): void {
    const { series, asked, excuses, pauses, clock } = this.truth;
    const content = {
      series: Object.fromEntries(series),
      asked: Object.fromEntries(asked),
      excuses,
      pauses,
      clock,
      stored: Object.fromEntries(this.store.series),
    };
    writeFileSync(join(this.folder, 'truth.json'), JSON.stringify(content));
  }

  /** Since when something may be read and not committed. */
  #uncommittedSince(at: number): number {
    const usual = at - COMMIT_INTERVAL_MS - COMMIT_MARGIN_MS;
    return [this.#frozen, this.#unwritable].reduce(
      (since, stretch) =>
        stretch && stretch.to >= usual
          ? Math.min(since, stretch.from - COMMIT_INTERVAL_MS - COMMIT_MARGIN_MS)
          : since,
      usual,
    );
  }

  #spawnGateway(): void {
    const port = { timeoutMs: TIMEOUT_MS, retryMaxMs: RETRY_MAX_MS };
    const tcp = (id: string, kind: string, bus: Bus): object => ({
      ...{ id, kind, host: '127.0.0.1', port: bus.port },
      ...port,
    });
    const on = (name: string, bus: Bus, intervalMs: number): object[] =>
      bus.devices.map(({ id, unit }) => ({ id, profile: 'testbed/pair', port: name, unit, intervalMs }));
    this.#spawn(
      'gateway',
      'gateway',
      'city-gateway',
      {
        id: 'gw-1',
        site: 'baia-mare',
        clock: this.#gatewayMode,
        profiles: [join(import.meta.dirname, 'profiles')],
        outbox: { file: 'gateway/outbox.db', commitIntervalMs: COMMIT_INTERVAL_MS },
        status: { port: this.#port('status') },
        ports: [
          tcp('bridge', 'modbus-tcp', this.bridge),
          tcp('quick', 'modbus-tcp', this.quick),
          this.serial
            ? { id: 'line', kind: 'modbus-rtu', path: this.serial.path, baudRate: 115_200, ...port }
            : tcp('line', 'modbus-rtu-over-tcp', this.line),
        ],
        devices: [
          ...on('bridge', this.bridge, 1000),
          ...on('line', this.line, 500),
          ...on('quick', this.quick, 200),
        ],
        uplink: {
          url: `mqtt://127.0.0.1:${this.uplink.port}`,
          password: { file: 'token' },
          primaryHost: 'sandbox',
          window: WINDOW,
          keepAliveSeconds: 5,
          connectTimeoutMs: 2000,
          reconnectMinMs: 50,
          reconnectMaxMs: 1000,
          resendAfterMs: 1000,
          rebirthIntervalMs: 500,
        },
      },
      this.clock,
    );
  }

  #spawn(name: ProcessName, place: string, bin: string, config: object, clock?: FieldClock): void {
    const file = join(this.folder, `${name}.yaml`);
    writeFileSync(file, JSON.stringify(config, null, 2));
    const command = [process.execPath, join(workspace(place), 'bin', `${bin}.js`), 'run', '--config', file];
    const daemon = new Daemon({
      name,
      logFile: join(this.folder, `${name}.log`),
      command: clock && !missing.mounts ? clock.boxed(command) : command,
      ...(clock ? { env: clock.env } : {}),
    });
    this.#running.set(name, daemon);
    void daemon.exited.then(() => this.#ended(name, daemon));
  }

  /** As systemd would: a process that ends by itself is started again. It is told at the end all the same. */
  #ended(name: ProcessName, daemon: Daemon): void {
    if (this.#expectedEnds.has(daemon)) return;
    // It may end for the sake of the disk a moment after that is well again.
    const disk = name === 'gateway' && (this.#unwritable?.to ?? 0) > Date.now() - 3000;
    if (!disk) this.surprises.push(`${name} ended by itself:\n${daemon.lastLines(5)}`);
    const at = Date.now();
    const again = setTimeout(() => {
      if (this.#expectedEnds.has(daemon)) return;
      if (name === 'gateway') {
        this.truth.excuse({
          ...{ from: this.#uncommittedSince(at), to: at + 500, endOnly: true },
          why: 'the gateway ended by itself',
        });
        void this.startGateway(this.#gatewayMode).catch(() => undefined);
      } else if (name === 'broker') this.startBroker();
      else this.startSandbox();
    }, 1000);
    this.#timers.push(again);
  }

  #measure(): void {
    for (const [name, daemon] of this.#running) {
      const bytes = daemon.residentBytes() ?? 0;
      if (bytes > (this.maxResident.get(name) ?? 0)) this.maxResident.set(name, bytes);
    }
  }

  /** A machine that gave this process no time gave the gateway none either, perhaps. */
  #watchStalls(): NodeJS.Timeout {
    let last = performance.now();
    return setInterval(() => {
      const now = performance.now();
      const late = now - last - 100;
      last = now;
      if (late < 500) return;
      this.stalls += 1;
      const to = Date.now();
      const from = to - late - TIMEOUT_MS;
      this.truth.excuse({ from, to, why: 'this machine stalled', most: 1 });
      this.truth.pause('this machine stalled', undefined, from).to = to + silenceMs(3);
    }, 100);
  }

  #keepOutbox(): void {
    if (!this.disk) return;
    const kept = join(this.folder, 'gateway-kept');
    mkdirSync(kept);
    for (const name of readdirSync(join(this.folder, 'gateway'))) {
      if (name !== 'ballast')
        writeFileSync(join(kept, name), readFileSync(join(this.folder, 'gateway', name)));
    }
  }

  #port(what: 'http' | 'mqtt' | 'status'): number {
    return this.#ports[['http', 'mqtt', 'status'].indexOf(what)]!;
  }
}

/**
 * How long it may take until so many silent devices of one port were tried again: each probe costs its time-out and
 * leaves four times as much to the others.
 */
export function silenceMs(devices: number): number {
  return RETRY_MAX_MS + devices * 5 * TIMEOUT_MS + 3000;
}
