export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all its samples. `name` of a counter ends in `_total`; units stand in names, in base units. */
export interface Family<Source> {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** None: the metric is left out. */
  readonly samples: (source: Source) => readonly Sample[];
}

export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Prometheus text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
export function exposition<Source>(families: readonly Family<Source>[], source: Source): string {
  return families
    .map(({ name, type, help, samples }) => {
      const lines = samples(source).map(
        ({ labels, value }) => `${name}${labelled(labels)} ${numeral(value)}\n`,
      );
      if (lines.length === 0) return '';
      return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function labelled(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function numeral(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
