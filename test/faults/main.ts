import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { messageOf, seededRandom } from '@city-testbed/runtime';
import { City } from './city.ts';
import { faults, whyNot } from './faults.ts';
import { missing } from './needs.ts';
import { rounds, type Planned, type Round } from './plan.ts';
import { describe, GATEWAY_MEMORY_LIMIT, settle, type Settled } from './settle.ts';
import { soak } from './soak.ts';

const usage = `usage: npm run faults -- [--minutes N] [--seed N] [--only NAMES | --without NAMES] [--keep]
       npm run faults -- --soak [--minutes N]
       npm run faults -- --list

NAMES are faults of --list, with commas between them. Without --soak: gateway, broker and sandbox run with simulated devices that log what they served, and faults are injected
at random from the seed. After each round of faults every reading must be in the store exactly once. Exit 1 otherwise.
With --soak: 50 devices with 20 registers at 1 Hz and no broker; the gateway's memory must stay within 10 %.
Root, faketime, socat and util-linux are needed for all faults; what is missing is left out and named.`;

const options = {
  minutes: { type: 'string' },
  seed: { type: 'string' },
  only: { type: 'string' },
  without: { type: 'string' },
  keep: { type: 'boolean' },
  soak: { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const say = (line: string): void => {
  console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
};

/** Runs the command; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    console.error(`${messageOf(error)}\n${usage}`);
    return 2;
  }
  const minutes = Number(values.minutes ?? (values.soak ? '60' : '10'));
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const only = values.only?.split(',');
  const without = values.without?.split(',') ?? [];
  const chosen = faults.filter(({ name }) => (only?.includes(name) ?? true) && !without.includes(name));
  const known = [...(only ?? []), ...without].every((name) => faults.some((fault) => fault.name === name));
  if (!(minutes > 0) || !Number.isInteger(seed) || !known || chosen.length === 0) {
    console.error(usage);
    return 2;
  }
  if (values.help || values.list) {
    console.log(values.help ? usage : faults.map(({ name }) => name).join('\n'));
    return 0;
  }
  if (values.soak) return (await soak(minutes, say)) ? 0 : 1;
  say(`seed ${seed}, ${minutes} minutes`);
  for (const fault of chosen) if (whyNot(fault)) say(`left out: ${fault.name}: ${whyNot(fault) ?? ''}`);
  const city = await City.create({ clock: !missing.faketime });
  // Nobody else ends the processes.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void city.stop().then(() => process.exit(130)));
  }
  const fine = await mixed(city, rounds(seededRandom(seed), chosen), minutes).catch((error: unknown) => {
    say(`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return false;
  });
  city.dump();
  await city.stop();
  if (fine && !values.keep) rmSync(city.folder, { recursive: true, force: true });
  else say(`kept: ${city.folder} (logs, databases, truth.json); again with --seed ${seed}`);
  return fine ? 0 : 1;
}

async function mixed(city: City, plan: Iterable<Round>, minutes: number): Promise<boolean> {
  const failures: string[] = [];
  let injected = 0;
  let number = 0;
  await city.start();
  const gapsFrom = Date.now();
  const end = gapsFrom + minutes * 60_000;
  const report = (what: string, { failure, verdict, tookMs }: Settled): void => {
    if (failure === undefined) {
      say(`  ${what}: settled in ${(tookMs / 1000).toFixed(1)} s, ${verdict.stored} stored`);
    } else {
      failures.push(`${what}:\n${failure}`);
      say(`  ${what}: FAILED\n${failure}`);
    }
  };
  report('before any fault', await settle(city, gapsFrom));
  for (const round of plan) {
    if (Date.now() > end || failures.length > 0) break;
    if (round.length === 0) continue;
    number += 1;
    injected += round.length;
    await Promise.all(round.map((planned) => carryOut(city, number, planned)));
    report(`round ${number}`, await settle(city, gapsFrom, 90_000));
    for (const surprise of city.surprises.splice(0)) {
      failures.push(surprise);
      say(`  ${surprise}`);
    }
  }
  // The devices fall silent; then the whole store is read again.
  const until = Date.now();
  for (const bus of [city.bridge, city.line, city.quick]) {
    for (const { id } of bus.devices) bus.behave(id, { kind: 'silent' });
  }
  city.truth.pause('the run is over', undefined, until);
  city.store.clear();
  const last = await settle(city, gapsFrom, 60_000, until);
  report('the whole store', last);
  const memory = city.maxResident.get('gateway') ?? 0;
  if (memory > GATEWAY_MEMORY_LIMIT) failures.push(`the gateway took ${megabytes(memory)}`);
  summarise(city, last, injected, number, failures);
  return failures.length === 0;
}

async function carryOut(city: City, round: number, { injection, afterMs, fault }: Planned): Promise<void> {
  await sleep(afterMs);
  say(`round ${round} +${(afterMs / 1000).toFixed(1)} s ${fault.name}: ${injection.what}`);
  await injection.inject(city);
  await sleep(injection.holdMs);
  await injection.heal(city);
}

function summarise(
  city: City,
  { verdict }: Settled,
  injected: number,
  count: number,
  failures: readonly string[],
): void {
  const spoiled = [...city.truth.series.values()].flat().filter(({ outcome }) => outcome !== 'good').length;
  const excused = [...verdict.excused.values()].reduce((sum, some) => sum + some, 0);
  console.log(`
faults      ${injected} in ${count} rounds
served      ${verdict.served} good, ${spoiled} spoiled on purpose
stored      ${verdict.stored}
lost        ${verdict.lost.length}, and ${excused} that may be missing:`);
  for (const [why, some] of verdict.excused) console.log(`            ${some} ${why}`);
  console.log(`doubled     ${verdict.doubled.length}
reordered   ${verdict.reordered.length}
invented    ${verdict.invented.length}
mistimed    ${verdict.mistimed.length}
gaps        ${verdict.gapsExplained} explained, ${verdict.gapsUnexplained.length} unexplained
memory      ${[...city.maxResident].map(([name, bytes]) => `${name} ${megabytes(bytes)}`).join(', ')} at most
stalls      ${city.stalls} of this machine
${failures.length === 0 ? 'no fault found' : `${failures.length} FAULTS FOUND`}`);
  for (const line of describe(verdict)) console.log(line);
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
