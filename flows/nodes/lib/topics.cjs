/** A device id of the testbed. */
const devicePattern = /^[a-z0-9-]{1,64}$/;
/** The name of an output: one topic level, without MQTT's wildcards. */
const outputPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/**
 * @param {string} prefix of a pilot, e.g. pilots/dust/live
 * @param {string} device an id; empty or + for every device of the pilot
 * @throws {Error} where the id is none
 */
function readingsFilter(prefix, device) {
  const wanted = device || '+';
  if (wanted !== '+' && !devicePattern.test(wanted)) throw new Error(`"${wanted}" is no device id`);
  return `${prefix}/devices/${wanted}/readings`;
}

/**
 * @param {string} prefix
 * @param {unknown} name
 * @throws {Error} where the name cannot stand in a topic
 */
function outputTopic(prefix, name) {
  if (typeof name !== 'string' || !outputPattern.test(name)) {
    throw new Error(
      `"${String(name)}" is no output name: letters, digits, hyphens, dots, underscores, at most 64`,
    );
  }
  return `${prefix}/out/${name}`;
}

/**
 * The prefix without slashes at its ends.
 * @param {string} text
 * @throws {Error} where it is empty or has wildcards
 */
function checkedPrefix(text) {
  const prefix = text.trim().replace(/^\/+|\/+$/g, '');
  if (prefix === '' || /[+#\0]/.test(prefix)) throw new Error(`"${text}" is no topic prefix`);
  return prefix;
}

/**
 * MQTT 3.1.1 section 4.7: + is one level, # is the rest.
 * @param {string} filter
 * @param {string} topic
 */
function matches(filter, topic) {
  const levels = topic.split('/');
  const pattern = filter.split('/');
  for (const [index, part] of pattern.entries()) {
    if (part === '#') return true;
    if (index >= levels.length || (part !== '+' && part !== levels[index])) return false;
  }
  return pattern.length === levels.length;
}

module.exports = { readingsFilter, outputTopic, checkedPrefix, matches };
