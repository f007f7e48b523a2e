// Runs inside the guest, as root, on the compiled gateway.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { makeChips, sleep } from './chips.mjs';
import { GatewayProcess } from './gateway.mjs';
import { driverWith, panelOf } from './panel.mjs';
import { runTests, test, until } from './suite.mjs';

const header = makeChips();
const base = readFileSync('/sys/kernel/debug/gpio', 'utf8')
  .split('\n')
  .map((line) => /^(\S+): GPIOs (\d+)-.*pinctrl-bcm2711/.exec(line))
  .find(Boolean)?.[2];
const exported = (line) => existsSync(`/sys/class/gpio/gpio${Number(base) + line}`);

test('the chip of the header is found among others, and its lines by their BCM numbers', async () => {
  header.pull(5, 1);
  const { driver, values } = await driverWith(panelOf('door', 'input', 5));
  await driver.open();
  assert.ok(exported(5));
  assert.deepEqual(await values(), [true]);
  header.pull(5, 0);
  assert.deepEqual(await values(), [false]);
  await driver.close();
  assert.ok(!exported(5));
});

test('an input honours activeLow', async () => {
  header.pull(5, 0);
  const { driver, values } = await driverWith(panelOf('door', 'input', 5, 'activeLow: true'));
  await driver.open();
  assert.deepEqual(await values(), [true]);
  await driver.close();
});

test('every pulse is counted, and none besides', async () => {
  header.pull(17, 1);
  const { driver, values } = await driverWith(panelOf('tips', 'count', 17, 'debounceMs: 10'));
  await driver.open();
  assert.deepEqual(await values(), [0]);
  await header.pulses(17, 20);
  await sleep(500);
  assert.deepEqual(await values(), [20]);
  await driver.close();
});

test('a contact that bounces as it closes and as it opens counts once', async () => {
  header.pull(17, 1);
  const { driver, values } = await driverWith(panelOf('tips', 'count', 17, 'debounceMs: 100'));
  await driver.open();
  for (let tip = 0; tip < 5; tip++) {
    for (const level of [0, 1, 0, 1, 0]) header.pull(17, level);
    await sleep(200);
    for (const level of [1, 0, 1, 0, 1]) header.pull(17, level);
    await sleep(200);
  }
  await until('5 pulses', async () => (await values())[0] >= 5);
  await sleep(200);
  assert.deepEqual(await values(), [5]);
  await driver.close();
});

test('the rising edge counts where the profile says so, and a rate is pulses a second', async () => {
  header.pull(18, 0);
  const { driver, values } = await driverWith(panelOf('wind', 'rate', 18, 'edge: rising, debounceMs: 5'));
  await driver.open();
  await values();
  const started = performance.now();
  for (let turn = 0; turn < 10; turn++) {
    header.pull(18, 1);
    await sleep(20);
    header.pull(18, 0);
    await sleep(20);
  }
  await sleep(50);
  const [hertz] = await values();
  const expected = 10 / ((performance.now() - started) / 1000);
  assert.ok(Math.abs(hertz - expected) < 0.5, `${hertz} Hz, not ${expected}`);
  await driver.close();
});

test('an output is commanded, keeps its level when the port is closed, and is not switched by the next opening', async () => {
  header.pull(20, 1);
  const lamp = panelOf('lamp', 'output', 20);
  const first = await driverWith(lamp);
  await first.driver.open();
  assert.equal(header.level(20), 1, 'a line that was high as an input is high as an output');
  assert.deepEqual(await first.write('lamp', false), { ok: true });
  assert.equal(header.level(20), 0);
  assert.deepEqual(await first.write('lamp', true), { ok: true });
  await first.driver.close();
  assert.ok(exported(20));
  assert.equal(header.level(20), 1);
  const again = await driverWith(lamp);
  await again.driver.open();
  assert.equal(header.level(20), 1);
  assert.deepEqual(await again.values(), [true]);
  await again.driver.close();
});

test('a line that a kernel driver holds is a coded fault with its name, and the other line works', async () => {
  header.pull(6, 1);
  const { driver, values } = await driverWith(panelOf('busy', 'input', 4), panelOf('door', 'input', 6));
  await driver.open();
  assert.match(driver.fault, /busy\/busy: A GPIO line cannot be used: line \d+: onewire@4 holds it/);
  assert.deepEqual(await values(), ['no_response', true]);
  await driver.close();
  const alone = await driverWith(panelOf('busy', 'input', 4));
  await assert.rejects(() => alone.driver.open(), { code: 'GATEWAY_GPIO_LINE' });
});

test('a line that another program holds is used once that program has ended', async () => {
  header.pull(22, 1);
  const other = spawn('gpiomon', [header.name, '22'], { stdio: 'ignore' });
  await once(other, 'spawn');
  const held = () => /\|gpiomon/.test(readFileSync('/sys/kernel/debug/gpio', 'utf8'));
  await until('gpiomon to hold the line', held);
  const { driver, values } = await driverWith(panelOf('door', 'input', 22), panelOf('lid', 'input', 23));
  await driver.open();
  assert.match(driver.fault, /gpiomon holds it/);
  const ended = once(other, 'exit');
  other.kill();
  await ended;
  await until('the line', async () => (await values())[0] === true);
  assert.equal(driver.fault, undefined);
  await driver.close();
});

test('without permission the fault says which group is missing', async () => {
  const { driver } = await driverWith(panelOf('door', 'input', 24));
  process.seteuid(65534);
  try {
    await assert.rejects(() => driver.open(), { code: 'GATEWAY_GPIO_LINE', message: /group gpio/ });
  } finally {
    process.seteuid(0);
  }
});

test('a gateway that is killed counts on from what is on disk; one that is told to stop keeps its last pulses', async () => {
  header.pull(27, 1);
  const gateway = new GatewayProcess();
  await gateway.start(27, 50);
  await header.pulses(27, 12);
  await gateway.committed(12);
  await gateway.end('SIGKILL');
  assert.ok(exported(27), 'the line was left exported');
  assert.equal(gateway.storedPulses(), 12);
  await header.pulses(27, 3);
  // It polls once at its start, and then not again for an hour: what is counted now is kept as it stops.
  await gateway.start(27, 3_600_000);
  await header.pulses(27, 5);
  await gateway.end('SIGTERM');
  assert.ok(!exported(27), 'the line was given back');
  assert.equal(gateway.storedPulses(), 17);
});

await runTests();
