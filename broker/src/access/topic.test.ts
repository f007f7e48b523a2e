import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterCovers, filterMatches, isTopic, isTopicFilter } from './topic.ts';

const limits = { topicLevels: 8, topicBytes: 64 };

describe('topic filters', () => {
  test.each(['a', '/', '+', '#', 'a/+/b', '+/+', 'a/#', '/#', '$city/#', 'ășț/+'])('%s is one', (filter) => {
    expect(isTopicFilter(filter, limits)).toBe(true);
  });

  test.each([
    '',
    'a+',
    '+a',
    'a#',
    '#/a',
    'a/#/b',
    'a/b+/c',
    '##',
    '+#',
    'a\0',
    'a/'.repeat(8),
    'x'.repeat(65),
  ])('%j is none', (filter) => {
    expect(isTopicFilter(filter, limits)).toBe(false);
  });

  test('a topic holds no wildcard, no U+0000, and keeps the limits', () => {
    expect(['a/b', '/', 'a//b'].map((topic) => isTopic(topic, limits))).toEqual([true, true, true]);
    for (const topic of ['', 'a/+', 'a/#', 'a\0b', '/'.repeat(8), 'ă'.repeat(33)])
      expect(isTopic(topic, limits)).toBe(false);
  });
});

test.each([
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'ab', false],
  ['a/+', 'a/', true],
  ['a/+', 'a', false],
  ['+', '/a', false],
  ['+/+', '/a', true],
  ['#', '$city/events', false],
  ['+/events', '$city/events', false],
  ['$city/#', '$city/events', true],
  ['a/b', 'a/b/', false],
  ['a/b/', 'a/b', false],
])('does %s match %s? %s', (filter, topic, matches) => {
  expect(filterMatches(filter, topic)).toBe(matches);
});

test.each([
  ['a/#', 'a/#', true],
  ['a/#', 'a/+/c', true],
  ['a/#', 'a', true],
  ['a/+', 'a/#', false],
  ['a/+', 'a/+', true],
  ['a/b', 'a/+', false],
  ['#', '$city/#', false],
  ['#', '+/x', true],
  ['+/#', '#', false], // equal in effect, refused on the safe side
  ['+/x', '$city/x', false],
  ['spBv1.0/baia-mare/NCMD/gw-1', 'spBv1.0/+/NCMD/gw-1', false],
])('does %s cover %s? %s', (wide, narrow, covers) => {
  expect(filterCovers(wide, narrow)).toBe(covers);
});

describe('over a small alphabet, against every topic', () => {
  const words = ['a', 'b', '$x', ''];
  const topics = words.flatMap((one) => [
    one,
    ...words.flatMap((two) => [
      `${one}/${two}`,
      ...words.flatMap((three) => [
        `${one}/${two}/${three}`,
        ...words.map((four) => `${one}/${two}/${three}/${four}`),
      ]),
    ]),
  ]);
  const filter = fc
    .tuple(fc.array(fc.constantFrom('a', 'b', '$x', '', '+'), { minLength: 0, maxLength: 3 }), fc.boolean())
    .map(([levels, open]) => [...levels, ...(open || levels.length === 0 ? ['#'] : [])].join('/'))
    .filter((text) => isTopicFilter(text, limits));

  test('a filter that covers another matches all that the other matches', () => {
    fc.assert(
      fc.property(filter, filter, (wide, narrow) => {
        if (!filterCovers(wide, narrow)) return;
        for (const topic of topics)
          if (filterMatches(narrow, topic))
            expect([topic, filterMatches(wide, topic)]).toEqual([topic, true]);
      }),
    );
  });

  test('a filter that does not cover another leaves out something, save in one known case', () => {
    fc.assert(
      fc.property(filter, filter, (wide, narrow) => {
        if (filterCovers(wide, narrow)) return;
        fc.pre(!(wide === '+/#' && narrow === '#'));
        expect(topics.some((topic) => filterMatches(narrow, topic) && !filterMatches(wide, topic))).toBe(
          true,
        );
      }),
    );
  });
});
