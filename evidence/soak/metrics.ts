import { median } from '../support/statistics.ts';
import type { Sample } from './sample.ts';

/** One thing that is measured and plotted, and how much it may grow. */
export interface Metric {
  readonly title: string;
  readonly unit: string;
  valueOf(sample: Sample): number;
  /** By how much it may have grown over the judged part of a run, in its unit, given where it began; null: it is shown, not judged. */
  readonly bound: ((first: number) => number) | null;
}

const MIB = 1_048_576;

function shown(title: string, unit: string, read: Metric['valueOf']): Metric {
  return { title, unit, valueOf: read, bound: null };
}

/**
 * A leak grows with every message, and a run of ten minutes at the default rate has some 30,000: 100 bytes a message are 3 MiB. The bounds lie below
 * what that would give and above what a run without one wavers by. Most claims take as long as a busy machine lets
 * them, so the fastest of each minute is judged: one that looked at what is stored already could not be fast even once, and would take several
 * times as long at the end as at first.
 */
export const METRICS: readonly Metric[] = [
  { title: 'heap, live', unit: 'MiB', valueOf: ({ heapUsed }) => heapUsed / MIB, bound: () => 2 },
  { title: 'external memory', unit: 'MiB', valueOf: ({ external }) => external / MIB, bound: () => 2 },
  { title: 'resident set', unit: 'MiB', valueOf: ({ rss }) => rss / MIB, bound: () => 32 },
  { title: 'handles', unit: '', valueOf: ({ handles }) => handles, bound: () => 4 },
  { title: 'open files', unit: '', valueOf: ({ openFiles }) => openFiles, bound: () => 4 },
  { title: 'open sockets', unit: '', valueOf: ({ openSockets }) => openSockets, bound: () => 4 },
  {
    title: 'claim, fastest of a minute',
    unit: 'ms',
    valueOf: ({ claimFastestMs }) => claimFastestMs,
    bound: (first) => Math.max(2, first / 2),
  },
  shown('claim, median', 'ms', ({ claimMedianMs }) => claimMedianMs),
  shown('claim, 95 %', 'ms', ({ claimSlowMs }) => claimSlowMs),
  shown('load of the machine', '', ({ load }) => load),
  shown('messages in the store', '', ({ stored }) => stored),
];

export interface Trend {
  readonly metric: Metric;
  /** Medians of the first and the last quarter of the judged part. */
  readonly first: number;
  readonly last: number;
  readonly slopePerHour: number;
  /** The slope over the length of the judged part. */
  readonly growth: number;
  readonly bound: number | null;
  readonly isFlat: boolean;
}

/** Caches, pools and the compiler settle first. */
const WARM_UP = 0.2;

export function trendOf(metric: Metric, samples: readonly Sample[]): Trend {
  const all = samples
    .map((sample) => ({ x: sample.atMs / 3_600_000, y: metric.valueOf(sample) }))
    .filter(({ y }) => Number.isFinite(y));
  const points = all.slice(Math.floor(all.length * WARM_UP));
  const quarter = Math.max(1, Math.floor(points.length / 4));
  const slopePerHour = theilSen(points);
  const hours = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  const growth = slopePerHour * hours;
  const first = median(points.slice(0, quarter).map(({ y }) => y));
  const bound = metric.bound?.(first) ?? null;
  return {
    metric,
    first,
    bound,
    last: median(points.slice(-quarter).map(({ y }) => y)),
    slopePerHour,
    growth,
    // Too few points prove nothing, so the run does not pass.
    isFlat: points.length >= 8 && (bound === null || growth <= bound),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The median of the slopes between all pairs of points (Theil and Sen): a few outliers, such as a sample in mid-fault, do not tilt it. */
export function theilSen(points: readonly Point[]): number {
  const slopes = points.flatMap((one, index) =>
    points.slice(index + 1).map((other) => (other.y - one.y) / (other.x - one.x)),
  );
  return median(slopes);
}
