const slash = 0x2f;

/**
 * True for a topic that may be published on: not empty, no wildcard, no U+0000, within the limits.
 * [MQTT-3.3.2-2], [MQTT-4.7.3-1..3], [MQTT-1.5.3-2].
 */
export function isTopic(topic: string, limits: { topicLevels: number; topicBytes: number }): boolean {
  return topic !== '' && !/[+#\0]/.test(topic) && withinLimits(topic, limits);
}

/**
 * True for a topic filter as MQTT 3.1.1 section 4.7 has it: `#` alone in the last level, `+` alone in its level,
 * no U+0000. Stricter than Aedes, which lets `a+`, `a#` and U+0000 pass.
 */
export function isTopicFilter(filter: string, limits: { topicLevels: number; topicBytes: number }): boolean {
  if (filter === '' || filter.includes('\0') || !withinLimits(filter, limits)) return false;
  const levels = filter.split('/');
  return levels.every((level, index) => {
    if (level === '#') return index === levels.length - 1; // [MQTT-4.7.1-2]
    return level === '+' || !/[+#]/.test(level); // [MQTT-4.7.1-3]
  });
}

function withinLimits(text: string, limits: { topicLevels: number; topicBytes: number }): boolean {
  if (Buffer.byteLength(text) > limits.topicBytes) return false;
  let levels = 1;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) === slash) levels++;
  return levels <= limits.topicLevels;
}

/** True when the filter matches the topic. A wildcard in the first level matches no topic that starts with `$` [MQTT-4.7.2-1]. */
export function filterMatches(filter: string, topic: string): boolean {
  return levelsMatch(filter.split('/'), topic);
}

/** As filterMatches, with the filter already split: for filters that are asked about many topics. */
export function levelsMatch(filter: readonly string[], topic: string): boolean {
  let from = 0;
  for (let index = 0; index < filter.length; index++) {
    const level = filter[index];
    const wild = level === '#' || level === '+';
    if (wild && index === 0 && topic.startsWith('$')) return false;
    // `a/#` matches `a` too: from has then run past the end
    if (level === '#') return true;
    if (from > topic.length) return false;
    const slashAt = topic.indexOf('/', from);
    const end = slashAt === -1 ? topic.length : slashAt;
    if (!wild && (level?.length !== end - from || !topic.startsWith(level, from))) return false;
    from = end + 1;
  }
  return from > topic.length;
}

/**
 * True when every topic that `narrow` matches is matched by `wide`: what a subscription needs to be granted.
 * Both must be valid filters. Two filters that only together cover a third do not count.
 */
export function filterCovers(wide: string, narrow: string): boolean {
  const wideLevels = wide.split('/');
  const narrowLevels = narrow.split('/');
  const dollar = narrow.startsWith('$');
  for (let index = 0; index < wideLevels.length; index++) {
    const level = wideLevels[index];
    const asked = narrowLevels[index];
    if (dollar && index === 0 && (level === '#' || level === '+')) return false;
    if (level === '#') return true;
    if (asked === undefined || asked === '#') return false;
    if (level !== '+' && level !== asked) return false;
  }
  return narrowLevels.length === wideLevels.length;
}
