import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import modbusSerial from 'modbus-serial';
import { createLogger, systemClock } from '@city-testbed/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConfiguredDevice } from '../../model/device.ts';
import { exception, frame, good, ModbusPeer, type PeerRequest } from '../../testing/modbus-peer.ts';
import { deviceOf, registers } from '../../testing/profiles.ts';
import type { Driver, Sample } from '../driver.ts';
import { crc16 } from './crc16.ts';
import { createModbusDriver } from './modbus-driver.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function peerThat(answer: (request: PeerRequest, peer: ModbusPeer) => void): Promise<ModbusPeer> {
  const peer = await new ModbusPeer(answer).start();
  cleanUp.push(() => peer.stop());
  return peer;
}

async function driverTo(
  port: number,
  devices: readonly ConfiguredDevice[],
  kind: 'modbus-tcp' | 'modbus-rtu-over-tcp' = 'modbus-tcp',
): Promise<Driver> {
  const driver = createModbusDriver(
    { id: 'port-1', kind, host: '127.0.0.1', port, timeoutMs: 60, retryMaxMs: 1000 },
    { clock: systemClock, log, counters: { counter: () => 0 }, devices },
  );
  cleanUp.push(() => driver.close());
  await driver.open();
  return driver;
}

function values(sample: Sample | undefined): unknown[] {
  const found = [...(sample?.values ?? [])].sort((a, b) => a.index - b.index);
  return found.map((value) => ('value' in value ? value.value : value.reason));
}

describe('Modbus TCP', () => {
  it('reads neighbours in one request and far registers in another', async () => {
    const peer = await peerThat((request) => request.socket.write(good(request)));
    const device = deviceOf(registers([0, 1, 2, 90]));
    const driver = await driverTo(peer.port, [device]);
    const sample = await driver.link(device).poll(device.metrics).read();
    expect(values(sample)).toEqual([1000, 1001, 1002, 1090]);
    expect(peer.requests.map(({ address, quantity }) => [address, quantity])).toEqual([
      [0, 3],
      [90, 1],
    ]);
  });

  it('takes an answer that comes in single bytes, and two in one packet', async () => {
    const peer = await peerThat((request) => {
      const bytes = good(request);
      void (async () => {
        for (const byte of bytes) {
          request.socket.write(Buffer.of(byte));
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
    });
    const device = deviceOf(registers([5]));
    const driver = await driverTo(peer.port, [device]);
    expect(values(await driver.link(device).poll(device.metrics).read())).toEqual([1005]);
  });

  it('a late answer never answers the next request, and an unanswered read does not reset a shared link', async () => {
    const late: PeerRequest[] = [];
    const peer = await peerThat((request) => {
      if (late.length === 0) late.push(request);
      else {
        // First the answer that is too late, with words that would look right, then the true one.
        request.socket.write(Buffer.concat([good(late[0]!, [666]), good(request)]));
      }
    });
    const device = deviceOf(registers([7]));
    const driver = await driverTo(peer.port, [device]);
    const poll = driver.link(device).poll(device.metrics);
    expect(await poll.read()).toEqual({ responded: false, values: [{ index: 0, reason: 'no_response' }] });
    expect(values(await poll.read())).toEqual([1007]);
    expect(peer.connects).toBe(1);
    expect(driver.isOpen).toBe(true);
    expect(driver.counters).toMatchObject({ requests: 2, timeouts: 1, strayFrames: 1 });
  });

  it('a foreign frame is discarded: another unit, another function, another transaction', async () => {
    const peer = await peerThat((request) => {
      const { transaction, unit } = request;
      request.socket.write(
        Buffer.concat([
          frame(transaction, unit + 1, Buffer.from([3, 2, 0, 1])),
          frame(transaction, unit, Buffer.from([4, 2, 0, 2])),
          frame(transaction + 1, unit, Buffer.from([3, 2, 0, 3])),
          good(request),
        ]),
      );
    });
    const device = deviceOf(registers([7]));
    const driver = await driverTo(peer.port, [device]);
    expect(values(await driver.link(device).poll(device.metrics).read())).toEqual([1007]);
    expect(driver.counters.strayFrames).toBe(3);
  });

  it('one bad register marks itself bad, the rest of the read goes on, and the split is remembered', async () => {
    const peer = await peerThat((request) => {
      const { address, quantity, socket } = request;
      const bad = address <= 2 && 2 < address + quantity;
      socket.write(bad ? exception(request, 2) : good(request));
    });
    const device = deviceOf(registers([0, 1, 2, 3]));
    const driver = await driverTo(peer.port, [device]);
    const poll = driver.link(device).poll(device.metrics);
    const sample = await poll.read();
    expect(values(sample)).toEqual([1000, 1001, 'exception_2', 1003]);
    expect(sample?.responded).toBe(true);
    const first = peer.requests.length;
    expect(values(await poll.read())).toEqual([1000, 1001, 'exception_2', 1003]);
    expect(peer.requests.length - first).toBe(3);
    expect(peer.connects).toBe(1);
  });

  it('an exception is the reason of its values, and no reason to connect again', async () => {
    const peer = await peerThat((request) => request.socket.write(exception(request, 4)));
    const device = deviceOf(registers([0]));
    const driver = await driverTo(peer.port, [device]);
    const sample = await driver.link(device).poll(device.metrics).read();
    expect(sample).toEqual({ responded: true, values: [{ index: 0, reason: 'exception_4' }] });
    expect(driver.isOpen).toBe(true);
  });

  it('costs one time-out a poll, however many ranges a dead device has', async () => {
    const peer = await peerThat(() => undefined);
    const device = deviceOf(registers([0, 500, 1000, 1500]));
    const driver = await driverTo(peer.port, [device]);
    const sample = await driver.link(device).poll(device.metrics).read();
    expect(values(sample)).toEqual(['no_response', 'no_response', 'no_response', 'no_response']);
    expect(peer.requests).toHaveLength(1);
  });

  it('an answer of the wrong length is malformed', async () => {
    const peer = await peerThat((request) => request.socket.write(good(request, [1, 2, 3])));
    const device = deviceOf(registers([0]));
    const driver = await driverTo(peer.port, [device]);
    expect(values(await driver.link(device).poll(device.metrics).read())).toEqual(['malformed']);
  });

  it('a peer that does not speak Modbus, or hangs up, is a lost port, at once', async () => {
    const peer = await peerThat((request, { requests }) => {
      if (requests.length === 1) request.socket.write('HTTP/1.1 400 Bad Request\r\n');
      else request.socket.destroy();
    });
    const device = deviceOf(registers([0]));
    const driver = await driverTo(peer.port, [device]);
    const poll = driver.link(device).poll(device.metrics);
    await expect(poll.read()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
    expect(driver.isOpen).toBe(false);
    await driver.open();
    await expect(poll.read()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
  });

  it('a port that nobody listens on cannot be opened, and says where', async () => {
    const peer = await peerThat(() => undefined);
    await peer.stop();
    cleanUp.pop();
    await expect(driverTo(peer.port, [])).rejects.toMatchObject({ code: 'GATEWAY_PORT_OPEN' });
  });

  it("reads from and writes to modbus-serial's own server", async () => {
    const words = new Map<number, number>([[3, 4711]]);
    const server = new modbusSerial.ServerTCP(
      {
        getHoldingRegister: (address: number) => words.get(address) ?? 0,
        setRegister: (address: number, value: number) => void words.set(address, value),
      },
      { host: '127.0.0.1', port: 0, unitID: 1 },
    );
    await once(server, 'initialized');
    cleanUp.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = (server as unknown as { _server: { address(): AddressInfo } })._server.address();
    const device = deviceOf(registers([3]));
    const driver = await driverTo(port, [device]);
    const link = driver.link(device);
    expect(values(await link.poll(device.metrics).read())).toEqual([4711]);
    expect(await link.write('r0', 12)).toEqual({ ok: true });
    expect(await link.write('r0', 70_000)).toMatchObject({ ok: false });
    expect(values(await link.poll(device.metrics).read())).toEqual([12]);
  });
});

describe('Modbus RTU over TCP', () => {
  function rtu(...bytes: number[]): Buffer {
    const body = Buffer.from(bytes);
    const crc = Buffer.alloc(2);
    crc.writeUInt16LE(crc16(body));
    return Buffer.concat([body, crc]);
  }

  async function line(answer: (count: number, socket: Socket) => void): Promise<number> {
    let count = 0;
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => answer(++count, socket));
      cleanUp.push(() => Promise.resolve(socket.destroy()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
    return (server.address() as AddressInfo).port;
  }

  it('has the CRC of the manuals', () => {
    // Eastron SDM120 manual: 01 04 00 00 00 02 71 CB
    expect(rtu(1, 4, 0, 0, 0, 2)).toEqual(Buffer.from('01040000000271cb', 'hex'));
  });

  it('finds the answer behind noise, and skips frames of other units and of another length', async () => {
    const port = await line((_, socket) =>
      socket.write(
        Buffer.concat([
          Buffer.from([0xff, 0x01, 0x03]),
          rtu(2, 3, 2, 9, 9),
          rtu(1, 3, 4, 8, 8, 8, 8),
          rtu(1, 3, 2, 0x12, 0x34),
        ]),
      ),
    );
    const device = deviceOf(registers([0]));
    const driver = await driverTo(port, [device], 'modbus-rtu-over-tcp');
    expect(values(await driver.link(device).poll(device.metrics).read())).toEqual([0x1234]);
  });

  it('a wrong CRC is the reason checksum, and what came late is thrown away before the next request', async () => {
    const port = await line((count, socket) => {
      if (count === 1) socket.write(Buffer.from([1, 3, 2, 0, 7, 0xde, 0xad]));
      else socket.write(rtu(1, 3, 2, 0, 8));
    });
    const device = deviceOf(registers([0]));
    const driver = await driverTo(port, [device], 'modbus-rtu-over-tcp');
    const poll = driver.link(device).poll(device.metrics);
    expect(values(await poll.read())).toEqual(['checksum']);
    expect(values(await poll.read())).toEqual([8]);
    expect(driver.counters).toMatchObject({ checksumErrors: 1, timeouts: 1 });
  });

  it('an exception has five bytes', async () => {
    const port = await line((_, socket) => socket.write(rtu(1, 0x83, 6)));
    const device = deviceOf(registers([0]));
    const driver = await driverTo(port, [device], 'modbus-rtu-over-tcp');
    expect(values(await driver.link(device).poll(device.metrics).read())).toEqual(['exception_6']);
  });
});
