/**
 * Decides when a value has been above a threshold for long enough, and when that is over. Pure: it has no clock.
 * The time of the data decides (`observedAt`), so a replay at any speed gives the same alerts as the live day did.
 *
 * Rules
 * - Raised when every reading of the last `durationMs` is above `above`, none further than `maxGapMs` from the next.
 *   One alert an episode: nothing more is raised until it was cleared.
 * - Cleared by the first reading below `clearBelow`. Between the two levels an alert stays as it is (hysteresis).
 * - A reading is late when it was received more than `maxLateMs` after it was observed, when it is marked historical and has no
 *   time of receipt, or when a newer one of its series was seen. Late readings fill gaps; they never raise or clear by themselves.
 * - A reading from the future (its clock is wrong) or of bad quality is left out. Series of different sources never mix.
 * State is held in memory alone and is bounded: `maxSeries` series, the samples of one window each.
 *
 * @typedef {object} Rules
 * @property {number} above
 * @property {number} clearBelow
 * @property {number} durationMs
 * @property {number} maxGapMs
 * @property {number} maxLateMs
 * @property {number} maxSeries
 *
 * @typedef {object} Reading
 * @property {string} device
 * @property {string} metric
 * @property {unknown} value
 * @property {string | null} [unit]
 * @property {string} quality
 * @property {number} observedAt ms since the epoch
 * @property {number | null} receivedAt ms since the epoch
 * @property {string} source
 * @property {boolean} historical
 *
 * @typedef {object} Alert
 * @property {'raised' | 'cleared'} state
 * @property {string} device
 * @property {string} metric
 * @property {string | null} unit
 * @property {number} value of the reading that decided
 * @property {number} threshold
 * @property {number} clearBelow
 * @property {string} since when the values rose above the threshold
 * @property {string} at when the reading that decided was observed
 * @property {number} peak highest value of the episode so far
 * @property {string} source
 * @property {boolean} synthetic no real air was measured
 *
 * @typedef {'kept' | 'late' | 'too_old' | 'duplicate' | 'future' | 'bad_quality' | 'not_a_number'} Outcome what became of a reading
 * @typedef {{at: number, value: number}} Sample
 * @typedef {object} Series
 * @property {Sample[]} samples in the order of their time
 * @property {number} newest time of the newest reading
 * @property {number} newestLow time of the newest reading that was not above the threshold
 * @property {{since: number, peak: number} | undefined} alert
 */

/** How far ahead of its receipt a reading may be: clocks that are kept by NTP differ by less. */
const futureMs = 60_000;
/** Samples of one window that are told apart; closer ones are thinned out, so that a fast sensor costs no more memory. */
const samplesPerWindow = 1000;

class SustainedThreshold {
  /** In the order of their last reading. @type {Map<string, Series>} */
  #series = new Map();
  #rules;
  #forgotten = 0;

  /**
   * @param {Rules} rules
   * @throws {Error} where the rules contradict one another
   */
  constructor(rules) {
    for (const [name, value] of Object.entries(rules)) {
      if (!Number.isFinite(value)) throw new Error(`${name} is no number`);
    }
    if (rules.clearBelow > rules.above) throw new Error('the level that clears is above the one that raises');
    if (rules.durationMs <= 0) throw new Error('the duration must be above zero');
    if (rules.maxGapMs <= 0) throw new Error('the longest gap must be above zero');
    if (rules.maxSeries < 1) throw new Error('at least one series must be kept');
    this.#rules = rules;
  }

  /** Series that are kept. */
  get series() {
    return this.#series.size;
  }

  /** Alerts that are raised and not cleared. */
  get alerts() {
    return [...this.#series.values()].filter(({ alert }) => alert !== undefined).length;
  }

  /** Series given up because there were more than `maxSeries`. */
  get forgotten() {
    return this.#forgotten;
  }

  /**
   * Takes one reading.
   * @param {Reading} reading
   * @returns {{outcome: Outcome, alert?: Alert}}
   */
  take(reading) {
    const { value, observedAt, receivedAt } = reading;
    if (reading.quality !== 'good') return { outcome: 'bad_quality' };
    if (typeof value !== 'number' || !Number.isFinite(value)) return { outcome: 'not_a_number' };
    if (receivedAt !== null && observedAt > receivedAt + futureMs) return { outcome: 'future' };

    const series = this.#seriesOf(reading);
    if (observedAt < series.newest - this.#rules.durationMs - this.#rules.maxGapMs)
      return { outcome: 'too_old' };
    if (!insert(series.samples, { at: observedAt, value })) return { outcome: 'duplicate' };

    const late =
      observedAt < series.newest ||
      (receivedAt === null ? reading.historical : receivedAt - observedAt > this.#rules.maxLateMs);
    series.newest = Math.max(series.newest, observedAt);
    if (value <= this.#rules.above) series.newestLow = Math.max(series.newestLow, observedAt);
    this.#prune(series);
    if (late) return { outcome: 'late' };

    const alert = series.alert ? this.#clear(series, series.alert, value) : this.#raise(series);
    if (!alert) return { outcome: 'kept' };
    const { device, metric, unit = null, source } = reading;
    const { above: threshold, clearBelow } = this.#rules;
    return {
      outcome: 'kept',
      alert: {
        state: alert.state,
        device,
        metric,
        unit,
        value,
        threshold,
        clearBelow,
        since: new Date(alert.since).toISOString(),
        at: new Date(observedAt).toISOString(),
        peak: alert.peak,
        source,
        synthetic: source === 'synthetic',
      },
    };
  }

  /** Forgets everything: for a replay that starts anew. */
  reset() {
    this.#series.clear();
  }

  /**
   * @param {Series} series
   * @returns {{state: 'raised', since: number, peak: number} | undefined}
   */
  #raise(series) {
    const { above, durationMs, maxGapMs } = this.#rules;
    const { samples, newest, newestLow } = series;
    // Most readings end here, so that a fast sensor costs no scan each.
    const start = newest - durationMs;
    if (newestLow > start || !(samples[0] && samples[0].at <= start)) return undefined;
    let since = newest;
    let peak = -Infinity;
    for (let index = samples.length - 1; index >= 0; index -= 1) {
      const sample = samples[index];
      if (!sample || !(sample.value > above) || since - sample.at > maxGapMs) break;
      since = sample.at;
      peak = Math.max(peak, sample.value);
    }
    if (since > start) return undefined;
    series.alert = { since, peak };
    return { state: 'raised', since, peak };
  }

  /**
   * @param {Series} series
   * @param {{since: number, peak: number}} alert
   * @param {number} value
   * @returns {{state: 'cleared', since: number, peak: number} | undefined}
   */
  #clear(series, alert, value) {
    alert.peak = Math.max(alert.peak, value);
    if (value >= this.#rules.clearBelow) return undefined;
    series.alert = undefined;
    return { state: 'cleared', ...alert };
  }

  /**
   * @param {Reading} reading
   * @returns {Series}
   */
  #seriesOf({ device, metric, source }) {
    const key = JSON.stringify([device, metric, source]);
    const series = this.#series.get(key) ?? {
      samples: [],
      newest: -Infinity,
      newestLow: -Infinity,
      alert: undefined,
    };
    this.#series.delete(key);
    this.#series.set(key, series);
    if (this.#series.size > this.#rules.maxSeries) {
      // The one that was silent for longest, but rather not one whose alert is still to be cleared.
      const quiet = [...this.#series].find(([other, { alert }]) => other !== key && alert === undefined);
      const oldest = quiet?.[0] ?? this.#series.keys().next().value;
      if (oldest !== undefined) this.#series.delete(oldest);
      this.#forgotten += 1;
    }
    return series;
  }

  /** @param {Series} series */
  #prune(series) {
    const { durationMs, maxGapMs, above } = this.#rules;
    const windowMs = durationMs + maxGapMs;
    const from = series.newest - windowMs;
    const first = series.samples.findIndex(({ at }) => at >= from);
    if (first > 0) series.samples.splice(0, first);
    if (series.samples.length <= 2 * samplesPerWindow) return;
    // Thinned: one sample a slot and side of the threshold. A value that was not above must never be lost: it breaks a run.
    const slots = new Map();
    for (const sample of series.samples) {
      const slot = `${Math.floor((sample.at * samplesPerWindow) / windowMs)} ${sample.value > above}`;
      const kept = slots.get(slot);
      if (!kept || sample.value > kept.value) slots.set(slot, sample);
    }
    series.samples = [...slots.values()].sort((a, b) => a.at - b.at);
  }
}

/**
 * Keeps samples in the order of their time. Readings mostly come in order, so the search starts at the end.
 * @param {Sample[]} samples
 * @param {Sample} sample
 * @returns {boolean} false where there is one of that time already: it was sent again
 */
function insert(samples, sample) {
  const index = samples.findLastIndex(({ at }) => at <= sample.at);
  if (samples[index]?.at === sample.at) return false;
  samples.splice(index + 1, 0, sample);
  return true;
}

module.exports = { SustainedThreshold };
