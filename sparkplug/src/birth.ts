import { sparkplugError } from './errors.ts';
import type { DataType } from './payload/datatype.ts';
import type { MetaData, Metric, PropertySet } from './payload/model.ts';

/** What a birth said about a metric. One object per metric and birth, shared by all its data. */
export interface MetricDefinition {
  readonly name: string;
  readonly alias?: number;
  readonly datatype: DataType;
  readonly properties?: PropertySet;
  readonly metadata?: MetaData;
}

/** The metrics that one birth certificate declares, to be found by name or by alias. */
export class BirthMetrics {
  readonly #byName = new Map<string, MetricDefinition>();
  readonly #byAlias = new Map<number, MetricDefinition>();

  /** Throws SPARKPLUG_BIRTH_INVALID. tck-id-payloads-alias-birth-requirement, tck-id-payloads-metric-datatype-req */
  constructor(metrics: readonly Metric[]) {
    for (const metric of metrics) {
      const { name, alias, datatype, properties, metadata } = metric;
      if (name === undefined) throw invalid(`a metric without a name (alias ${alias ?? 'none'})`);
      if (datatype === undefined) throw invalid(`${name} has no data type`);
      if (this.#byName.has(name)) throw invalid(`${name} comes twice`);
      const definition = {
        name,
        datatype,
        ...(alias !== undefined && { alias }),
        ...(properties && { properties }),
        ...(metadata && { metadata }),
      };
      this.#byName.set(name, definition);
      if (alias === undefined) continue;
      const other = this.#byAlias.get(alias);
      if (other) throw invalid(`${name} and ${other.name} both have alias ${alias}`);
      this.#byAlias.set(alias, definition);
    }
  }

  get size(): number {
    return this.#byName.size;
  }

  aliases(): Iterable<number> {
    return this.#byAlias.keys();
  }

  hasAlias(alias: number): boolean {
    return this.#byAlias.has(alias);
  }

  named(name: string): MetricDefinition | undefined {
    return this.#byName.get(name);
  }

  /** The definition that a metric of a later message means: by its alias, else by its name. */
  find({ alias, name }: Metric): MetricDefinition | undefined {
    if (alias !== undefined) return this.#byAlias.get(alias);
    return name === undefined ? undefined : this.#byName.get(name);
  }
}

function invalid(detail: string): Error {
  return sparkplugError('SPARKPLUG_BIRTH_INVALID', detail);
}
