import { isCoded } from '@city-testbed/runtime';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { formatTopic, isValidId, parseTopic, type SparkplugTopic } from '../index.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isValidId);
const topics: fc.Arbitrary<SparkplugTopic> = fc.oneof(
  fc.record({ type: fc.constantFrom('NBIRTH', 'NDEATH', 'NDATA', 'NCMD'), group: id, node: id }),
  fc.record({ type: fc.constantFrom('DBIRTH', 'DDEATH', 'DDATA', 'DCMD'), group: id, node: id, device: id }),
  fc.record({ type: fc.constant('STATE' as const), host: id }),
);

function refused(topic: string): boolean {
  try {
    parseTopic(topic);
    return false;
  } catch (error) {
    if (isCoded(error, 'SPARKPLUG_TOPIC_INVALID')) return true;
    throw error;
  }
}

describe('topics', () => {
  test('tck-id-topic-structure: namespace, group, type, node and device', () => {
    expect(parseTopic('spBv1.0/baia-mare/DDATA/gw-1/sensecap')).toEqual({
      type: 'DDATA',
      group: 'baia-mare',
      node: 'gw-1',
      device: 'sensecap',
    });
    expect(formatTopic({ type: 'NBIRTH', group: 'baia-mare', node: 'gw-1' })).toBe(
      'spBv1.0/baia-mare/NBIRTH/gw-1',
    );
  });

  test('tck-id-host-topic-phid-birth-topic: spBv1.0/STATE/host, also for a host named like a message type', () => {
    expect(parseTopic('spBv1.0/STATE/sandbox')).toEqual({ type: 'STATE', host: 'sandbox' });
    expect(parseTopic('spBv1.0/STATE/NBIRTH')).toEqual({ type: 'STATE', host: 'NBIRTH' });
    expect(parseTopic('spBv1.0/STATE/NBIRTH/x')).toEqual({ type: 'NBIRTH', group: 'STATE', node: 'x' });
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(topics, (topic) => {
        expect(parseTopic(formatTopic(topic))).toEqual(topic);
      }),
    );
  });

  test.each([
    ['tck-id-topic-structure-namespace-a', 'spAv1.0/g/NBIRTH/n'],
    ['an old STATE topic', 'STATE/sandbox'],
    ['tck-id-topic-structure-namespace-device-id-associated-message-types', 'spBv1.0/g/DDATA/n'],
    ['tck-id-topic-structure-namespace-device-id-non-associated-message-types', 'spBv1.0/g/NDATA/n/d'],
    ['tck-id-topic-structure-namespace-valid-group-id', 'spBv1.0/g+/NDATA/n'],
    ['tck-id-topic-structure-namespace-valid-edge-node-id', 'spBv1.0/g/NDATA/#'],
    ['tck-id-topic-structure-namespace-valid-device-id', 'spBv1.0/g/DDATA/n/d/e'],
    ['an empty group', 'spBv1.0//NDATA/n'],
    ['an empty host', 'spBv1.0/STATE/'],
    ['an unknown type', 'spBv1.0/g/XDATA/n'],
    ['lower case', 'spBv1.0/g/ndata/n'],
    ['half a surrogate pair', 'spBv1.0/g/NDATA/\ud800'],
    ['U+0000', 'spBv1.0/g/NDATA/n\0'],
    ['nothing', ''],
  ])('%s is refused', (_, topic) => {
    expect(refused(topic)).toBe(true);
  });

  test('any text is either a topic that is written the same way, or refused with a code', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('spBv1.0', 'STATE', 'NBIRTH', 'DDATA', 'g', '', '+', '#'), { maxLength: 6 })
        .map((p) => p.join('/')),
    );
    fc.assert(fc.property(text, (topic) => refused(topic) || formatTopic(parseTopic(topic)) === topic));
  });

  test.each(['', 'a/b', 'a+', '#', '\0'])('an id %j cannot be written', (node) => {
    expect(() => formatTopic({ type: 'NDATA', group: 'g', node })).toThrow(/not a Sparkplug B topic/);
  });
});
