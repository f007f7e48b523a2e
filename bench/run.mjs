// npm run bench                 lists the benchmarks
// npm run bench -- codec        runs one
// Each is bench/<name>.bench.mjs and exports default async ({ progress, report }) => void.
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const known = readdirSync(here)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));
const name = process.argv[2];

if (!name || !known.includes(name)) {
  console.log(`usage: npm run bench -- NAME\nbenchmarks: ${known.join(', ')}`);
  process.exit(name ? 2 : 0);
}

const cores = cpus();
console.log(
  `bench ${name} on ${cores.length} x ${cores[0]?.model.trim() ?? 'unknown processor'}, ` +
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, ${process.platform}`,
);

const tools = {
  progress: (text) => console.log(`  ${text}`),
  report: (line) =>
    console.log(
      JSON.stringify({
        ...line,
        ours: round(line.ours),
        peer: round(line.peer),
        ratio: line.ratio === null ? null : round(line.ratio),
      }),
    ),
};
const { default: run } = await import(`./${name}.bench.mjs`);
await run(tools);

function round(value) {
  return Number(value.toPrecision(4));
}
