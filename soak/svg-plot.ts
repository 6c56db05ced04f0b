import type { Line } from './lines.ts';
import type { Sample } from './sample.ts';

const WIDTH = 800;
const PANEL = 110;
const LEFT = 70;
const RIGHT = 10;
const TOP = 26;
const PLOT_HEIGHT = 64;

export interface FaultMark {
  readonly atMs: number;
  readonly title: string;
}

/** One panel for each line over the same time, each from zero, with a mark where each fault began. */
export function svgPlot(
  lines: readonly Line[],
  samples: readonly Sample[],
  faults: readonly FaultMark[],
): string {
  const endMs = Math.max(1, samples.at(-1)?.atMs ?? 1);
  const x = (atMs: number): number => LEFT + (atMs / endMs) * (WIDTH - LEFT - RIGHT);
  const marks = faults.map(({ atMs, title }) => ({ at: x(atMs).toFixed(1), title }));
  const panels = lines.map((line, index) => {
    const top = index * PANEL + TOP;
    const bottom = top + PLOT_HEIGHT;
    const values = samples.map((sample) => ({ at: sample.atMs, value: line.valueOf(sample) }));
    const known = values.filter(({ value }) => Number.isFinite(value));
    const most = Math.max(...known.map(({ value }) => value), 1e-9);
    const y = (value: number): number => bottom - (value / most) * PLOT_HEIGHT;
    const points = known.map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    const faultLines = marks.map(
      ({ at, title }) =>
        `<line x1="${at}" x2="${at}" y1="${top}" y2="${bottom}" stroke="#f0b8a8"><title>${title}</title></line>`,
    );
    return [
      `<text x="${LEFT}" y="${top - 8}" font-weight="bold">${line.title}${line.unit === '' ? '' : `, ${line.unit}`}</text>`,
      ...faultLines,
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}" stroke="#999"/>`,
      `<text x="${LEFT - 6}" y="${top + 8}" text-anchor="end">${shown(most)}</text>`,
      `<text x="${LEFT - 6}" y="${bottom}" text-anchor="end">0</text>`,
      `<polyline points="${points}" fill="none" stroke="#2563a8" stroke-width="1.5"/>`,
    ].join('\n');
  });
  const height = lines.length * PANEL + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11" fill="#222">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
<text x="${LEFT}" y="${height - 6}">0</text>
<text x="${WIDTH - RIGHT}" y="${height - 6}" text-anchor="end">${(endMs / 60_000).toFixed(1)} min</text>
</svg>
`;
}

function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}
