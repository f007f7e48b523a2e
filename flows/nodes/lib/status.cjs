/**
 * How a connection is shown below a node. Texts that are keys are translated by the editor, in its reader's language.
 * @param {import('../node-red.d.ts').CityConnectionNode | null | undefined} city
 * @returns {import('../node-red.d.ts').Status | undefined} undefined where the connection stands
 */
function troubleOf(city) {
  if (!city) return { fill: 'grey', shape: 'ring', text: 'city-connection.status.none' };
  if (!city.connection) return { fill: 'grey', shape: 'ring', text: city.problem };
  const { state, problem } = city.connection;
  if (state === 'connected') return undefined;
  if (state === 'waiting') return { fill: 'red', shape: 'ring', text: problem };
  return { fill: 'yellow', shape: 'ring', text: 'node-red:common.status.connecting' };
}

/**
 * @param {number} ms
 * @returns {string} e.g. "12 s", "5 min", "3 h"
 */
function shownAge(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

module.exports = { troubleOf, shownAge };
