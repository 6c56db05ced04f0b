import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The values that a label is known to have: their series are there from the start, at zero. */
type Labels<Label extends string> = Readonly<Record<Label, readonly string[]>>;

interface Instruments {
  gauge<Label extends string = never>(name: string, help: string, ...labels: readonly Label[]): Gauge<Label>;
  counter<Label extends string = never>(name: string, help: string, labels?: Labels<Label>): Counter<Label>;
  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    ...labels: readonly Label[]
  ): Histogram<Label>;
}

/** Makes what is measured, in the registry. */
export function instruments(registry: Registry): Instruments {
  const registers = [registry];
  return {
    gauge: (name, help, ...labelNames) => new Gauge({ name, help, labelNames, registers }),
    // A rate over a series that only appears with its first event would miss that event.
    counter: (name, help, labels) => {
      const known = Object.entries<readonly string[]>(labels ?? {});
      const counter = new Counter({ name, help, labelNames: known.map(([label]) => label), registers });
      for (const [label, values] of known) for (const value of values) counter.inc({ [label]: value }, 0);
      return counter;
    },
    histogram: (name, help, buckets, ...labelNames) =>
      new Histogram({ name, help, buckets: [...buckets], labelNames, registers }),
  };
}
