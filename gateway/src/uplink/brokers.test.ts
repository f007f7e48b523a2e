import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestBroker } from '../testing/tiny-host.ts';
import { brokersAt, UplinkBench } from '../testing/uplink-bench.ts';
import { BrokerTurns } from './broker-turns.ts';
import { readTlsFiles } from './tls-files.ts';

let bench: UplinkBench;
beforeEach(async () => {
  bench = await new UplinkBench().start();
});
afterEach(() => bench.stop());

const nowhere = 'mqtt://127.0.0.1:9';

describe('several brokers', () => {
  it('goes on to the next when one cannot be reached, and says which it is at', async () => {
    const box = await bench.box({ brokers: brokersAt(nowhere, bench.broker.url) }).start();
    await bench.host.connect(bench.broker.url);
    box.count(1);
    await box.drained();
    expect(box.uplink.status()).toMatchObject({ state: 'online', broker: bench.broker.url });
  });

  it('goes on when the primary host is not online there, and begins with the first again once that connection ends', async () => {
    const first = new TestBroker();
    await first.start();
    bench.onStop(() => first.stop());
    const box = await bench.box({ brokers: brokersAt(first.url, bench.broker.url), hostWaitMs: 100 }).start();
    await bench.host.connect(bench.broker.url);
    box.count(1);
    await box.drained();
    expect(box.uplink.status().broker).toBe(bench.broker.url);
    // It stays there, though the host is at the first one by now as well.
    const { connects } = box.uplink.status();
    box.count(2);
    await box.drained();
    expect(box.uplink.status().connects).toBe(connects);
    await bench.host.disconnect();
    await bench.broker.stop();
    await bench.host.connect(first.url);
    box.count(3);
    await box.drained();
    expect(box.uplink.status().broker).toBe(first.url);
    await bench.broker.start();
  });

  it('waits for the host for ever where there is no other broker', async () => {
    const box = await bench.box({ hostWaitMs: 100 }).start();
    while (box.uplink.status().state !== 'waiting') await systemClock.sleep(5);
    await systemClock.sleep(600);
    expect(box.uplink.status()).toMatchObject({ state: 'waiting', connects: 1 });
  });

  it('shows no password of an address', () => {
    const box = bench.box({ brokers: brokersAt('mqtt://user:secret@127.0.0.1:9') });
    expect(box.uplink.status().broker).toBe('mqtt://127.0.0.1:9');
  });
});

describe('turns', () => {
  it('pauses grow by the round, not by the broker, until something got through', () => {
    const turns = new BrokerTurns(['a', 'b']);
    const seen: [string, number][] = [];
    for (let tries = 0; tries < 6; tries++) {
      turns.failed();
      seen.push([turns.current, turns.rounds]);
    }
    expect(seen).toEqual([
      ['b', 0],
      ['a', 0],
      ['b', 0],
      ['a', 1],
      ['b', 0],
      ['a', 2],
    ]);
    turns.worked();
    turns.ended();
    expect([turns.current, turns.rounds]).toEqual(['a', 0]);
  });
});

describe('certificates', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'city-tls-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('a missing or broken file is a fault with a code, said again with each connection, and not the end', async () => {
    const caFile = join(dir, 'ca.pem');
    const none = { certFile: undefined, keyFile: undefined };
    expect(() => readTlsFiles({ caFile, ...none })).toThrow(
      expect.objectContaining({ code: 'GATEWAY_TLS_FILE' }),
    );
    const keyFile = join(dir, 'key.pem');
    writeFileSync(keyFile, 'not a key');
    const files = { caFile: undefined, certFile: undefined, keyFile };
    expect(() => readTlsFiles(files)).toThrow(expect.objectContaining({ code: 'GATEWAY_TLS_FILE' }));
    const { urls, address } = brokersAt(bench.broker.url);
    const faults: string[] = [];
    const box = await bench
      .box({
        brokers: { urls, address: (url) => ({ ...address(url), tls: readTlsFiles(files) }) },
        onFault: ({ code }) => faults.push(code),
      })
      .start();
    while (faults.length < 2) await systemClock.sleep(5);
    expect(faults).toEqual(expect.arrayContaining(['GATEWAY_TLS_FILE']));
    expect(box.uplink.status()).toMatchObject({ state: 'offline', connects: 0 });
    expect(box.uplink.status().fault).toContain('key.pem');
  });
});
