// Sparkplug payload codec against `sparkplug-payload`, the codec that a Node program would take otherwise.
// The payload: a DDATA of 100 metrics by alias, each with its time. Data types are on the wire for both, because
// sparkplug-payload cannot read a metric without one. Input is what each library takes as its natural form.
import { DataType, decodePayload, encodePayload } from '@city-testbed/sparkplug';
import sparkplugPayload from 'sparkplug-payload';

const peer = sparkplugPayload.get('spBv1.0');
const METRICS = 100;
const ROUNDS = 5;
const ROUND_MS = 400;
const start = Date.UTC(2026, 0, 1);

/** Two fifths Float and Double, the rest whole numbers, switches and short texts, as field devices send. */
const kinds = [
  ['Float', (i) => Math.fround(20 + i / 7)],
  ['Int32', (i) => i * 131 - 4000],
  ['Float', (i) => Math.fround(1000 - i / 3)],
  ['Double', (i) => 230.1 + i / 11],
  ['Boolean', (i) => i % 2 === 0],
  ['Float', (i) => Math.fround(i * 0.013)],
  ['Int32', (i) => i],
  ['Double', (i) => i * 12345.678],
  ['Boolean', (i) => i % 3 === 0],
  ['String', (i) => `state ${i % 4}`],
];

function metricsOf(properties) {
  return Array.from({ length: METRICS }, (_, i) => {
    const [type, value] = kinds[i % kinds.length];
    return { alias: i + 1, timestamp: start + i, type, value: value(i), ...properties(i) };
  });
}

const cases = {
  '': metricsOf(() => ({})),
  ' with properties': metricsOf(() => ({
    properties: {
      Quality: { type: 'Int32', value: 192 },
      QualityReason: { type: 'String', value: 'good' },
    },
  })),
};

const ourProperties = (properties) =>
  Object.fromEntries(
    Object.entries(properties).map(([key, { type, value }]) => [key, { type: DataType[type], value }]),
  );

const ourMetric = ({ type, properties, ...metric }) => ({
  ...metric,
  datatype: DataType[type],
  ...(properties && { properties: ourProperties(properties) }),
});

/** Messages per second over one round. */
function rate(work) {
  const began = performance.now();
  let messages = 0;
  let took;
  do {
    for (let i = 0; i < 50; i++) work();
    messages += 50;
    took = performance.now() - began;
  } while (took < ROUND_MS);
  return (messages / took) * 1000;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

function same(a, b, what) {
  if (Buffer.compare(Buffer.from(a), Buffer.from(b)) !== 0)
    throw new Error(`${what}: the two codecs disagree`);
}

export default async function codec({ progress, report }) {
  for (const [name, metrics] of Object.entries(cases)) {
    const theirs = { timestamp: start, seq: 7, metrics };
    const ours = { timestamp: start, seq: 7, metrics: metrics.map(ourMetric) };
    const bytes = peer.encodePayload(theirs);
    same(encodePayload(decodePayload(bytes)), encodePayload(ours), 'decode');
    same(encodePayload(decodePayload(encodePayload(ours))), encodePayload(ours), 'encode');

    const works = {
      encode: [() => encodePayload(ours), () => peer.encodePayload(theirs)],
      decode: [() => decodePayload(bytes), () => peer.decodePayload(bytes)],
    };
    for (const [direction, [mine, other]] of Object.entries(works)) {
      const bench = `codec ${direction}, ${METRICS} metrics${name}`;
      rate(mine);
      rate(other);
      const rounds = [];
      for (let round = 1; round <= ROUNDS; round++) {
        const [a, b] = round % 2 ? [rate(mine), rate(other)] : [rate(other), rate(mine)].toReversed();
        rounds.push([a, b]);
        progress(`${bench}: round ${round} of ${ROUNDS}: ${(a / b).toFixed(2)} times sparkplug-payload`);
      }
      const [mineRate, otherRate] = [median(rounds.map(([a]) => a)), median(rounds.map(([, b]) => b))];
      report({
        bench,
        ours: Math.round(mineRate),
        peer: Math.round(otherRate),
        ratio: Number((mineRate / otherRate).toFixed(2)),
        unit: 'payloads/s',
        higherIsBetter: true,
        peerName: 'sparkplug-payload 1.0.3',
        bytes: bytes.length,
        rounds: ROUNDS,
      });
    }
  }
}
