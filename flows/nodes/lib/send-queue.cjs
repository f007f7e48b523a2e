/**
 * Messages on their way to the broker: those that wait for a connection and those that wait for their PUBACK.
 * Both count against the limits. At a limit the newest message is refused, and its sender is told: what was accepted is
 * never dropped for another.
 *
 * @typedef {object} Entry
 * @property {string} topic
 * @property {string} payload
 * @property {number} bytes
 * @property {() => void} resolve
 * @property {(reason: Error) => void} reject
 */
class SendQueue {
  /** @type {Entry[]} */
  #waiting = [];
  #entries = 0;
  #bytes = 0;
  #refused = 0;
  #limits;

  /** @param {{messages: number, bytes: number}} limits */
  constructor(limits) {
    this.#limits = limits;
  }

  /** Accepted and neither acknowledged nor failed yet. */
  get pending() {
    return this.#entries;
  }

  /** Refused since the start because a limit was reached. */
  get refused() {
    return this.#refused;
  }

  /**
   * @param {string} topic
   * @param {string} payload
   * @returns {Promise<void>} resolves when the broker has it; rejects when it was refused or given up
   */
  add(topic, payload) {
    const bytes = Buffer.byteLength(payload);
    if (this.#entries >= this.#limits.messages || this.#bytes + bytes > this.#limits.bytes) {
      this.#refused += 1;
      const { messages, bytes: most } = this.#limits;
      return Promise.reject(
        new Error(
          `the queue is full (${this.#entries} of ${messages} messages, ${this.#bytes} of ${most} bytes)`,
        ),
      );
    }
    this.#entries += 1;
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#entries -= 1;
        this.#bytes -= bytes;
      };
      this.#waiting.push({
        topic,
        payload,
        bytes,
        resolve: () => (leave(), resolve()),
        reject: (reason) => (leave(), reject(reason)),
      });
    });
  }

  /** Waiting to be taken. */
  get waiting() {
    return this.#waiting.length;
  }

  /**
   * Takes what waits, oldest first. Whoever takes an entry settles it.
   * @param {number} [most]
   */
  take(most = Infinity) {
    return this.#waiting.splice(0, most);
  }
}

module.exports = { SendQueue };
