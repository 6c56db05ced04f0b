import type { Spread } from './statistics.ts';

const WIDTH = 860;
const FONT = 'font-family="system-ui, sans-serif"';

export interface Bar {
  readonly label: string;
  readonly spread: Spread;
  readonly colour: string;
  /** The text behind it. */
  readonly note: string;
}

export const COLOURS = { limit: '#9aa5b1', own: '#2f6fed', peer: '#e0873a', before: '#a9c4f5' } as const;

/** Lying bars, each with a line from its least to its most. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const left = 250;
  const right = 120;
  const step = 30;
  const top = 56;
  const largest = Math.max(...bars.map(({ spread }) => spread.most), 1e-9);
  const x = (value: number): number => left + (value / largest) * (WIDTH - left - right);
  const rows = bars.map(({ label, spread, colour, note }, index) => {
    const y = top + index * step;
    const middle = y + 10;
    return [
      `<text x="${left - 10}" y="${middle + 4}" text-anchor="end" font-size="13" fill="#1f2933">${escaped(label)}</text>`,
      `<rect x="${left}" y="${y}" width="${fixed(x(spread.median) - left)}" height="20" rx="2" fill="${colour}"/>`,
      `<line x1="${fixed(x(spread.least))}" x2="${fixed(x(spread.most))}" y1="${middle}" y2="${middle}" stroke="#1f2933" stroke-width="1.5"/>`,
      `<text x="${fixed(x(spread.most) + 8)}" y="${middle + 4}" font-size="12" fill="#52606d">${escaped(note)}</text>`,
    ].join('');
  });
  return svgDocument(title, unit, top + bars.length * step + 12, rows);
}

export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axes {
  readonly x: string;
  readonly y: string;
  readonly logarithmicX?: boolean;
  readonly logarithmicY?: boolean;
}

/** Lines over a common pair of axes; linear ones begin at zero. */
export function lineChart(title: string, axes: Axes, lines: readonly Line[]): string {
  const box = { left: 70, right: WIDTH - 190, top: 60, bottom: 330 };
  const xs = lines.flatMap((line) => line.points.map(([x]) => x));
  const ys = lines.flatMap((line) => line.points.map(([, y]) => y));
  const scaleX = scale(xs, box.left, box.right, axes.logarithmicX === true);
  const scaleY = scale(ys, box.bottom, box.top, axes.logarithmicY === true);
  const grid = scaleY.ticks.map(
    (tick) =>
      `<line x1="${box.left}" x2="${box.right}" y1="${fixed(scaleY.at(tick))}" y2="${fixed(scaleY.at(tick))}" stroke="#e4e7eb"/>` +
      `<text x="${box.left - 8}" y="${fixed(scaleY.at(tick) + 4)}" text-anchor="end" font-size="12" fill="#52606d">${short(tick)}</text>`,
  );
  const below = scaleX.ticks.map(
    (tick) =>
      `<text x="${fixed(scaleX.at(tick))}" y="${box.bottom + 20}" text-anchor="middle" font-size="12" fill="#52606d">${short(tick)}</text>`,
  );
  const drawn = lines.map(({ label, colour, points }, index) => {
    const places = points.map(([x, y]) => `${fixed(scaleX.at(x))},${fixed(scaleY.at(y))}`);
    const dots = places.map(
      (place) => `<circle cx="${place.replace(',', '" cy="')}" r="3" fill="${colour}"/>`,
    );
    const legendY = box.top + 8 + index * 20;
    return (
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${places.join(' ')}"/>${dots.join('')}` +
      `<rect x="${box.right + 16}" y="${legendY - 9}" width="12" height="12" fill="${colour}"/>` +
      `<text x="${box.right + 34}" y="${legendY + 2}" font-size="13" fill="#1f2933">${escaped(label)}</text>`
    );
  });
  const names =
    `<text x="${(box.left + box.right) / 2}" y="${box.bottom + 44}" text-anchor="middle" font-size="13" fill="#1f2933">${escaped(axes.x)}</text>` +
    `<line x1="${box.left}" x2="${box.right}" y1="${box.bottom}" y2="${box.bottom}" stroke="#7b8794"/>`;
  return svgDocument(title, axes.y, box.bottom + 60, [...grid, ...below, names, ...drawn]);
}

export interface Panel {
  readonly title: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Mark {
  readonly x: number;
  readonly title: string;
}

/** Panels one above the other over the same x, each from zero to its largest value, with a line at each mark. */
export function panelChart(
  title: string,
  xName: string,
  panels: readonly Panel[],
  marks: readonly Mark[],
): string {
  const box = { left: 70, right: WIDTH - 10, top: 78, step: 110, height: 64 };
  const end = Math.max(...panels.map(({ points }) => points.at(-1)?.[0] ?? 0), 1e-9);
  const x = (value: number): string => fixed(box.left + (value / end) * (box.right - box.left));
  const drawn = panels.map((panel, index) => {
    const top = box.top + index * box.step;
    const bottom = top + box.height;
    const most = Math.max(...panel.points.map(([, y]) => y), 1e-9);
    const y = (value: number): string => fixed(bottom - (value / most) * box.height);
    return [
      `<text x="${box.left}" y="${top - 8}" font-size="13" fill="#1f2933">${escaped(panel.title)}</text>`,
      ...marks.map(
        (mark) =>
          `<line x1="${x(mark.x)}" x2="${x(mark.x)}" y1="${top}" y2="${bottom}" stroke="#f0b8a8"><title>${escaped(mark.title)}</title></line>`,
      ),
      `<line x1="${box.left}" x2="${box.right}" y1="${bottom}" y2="${bottom}" stroke="#7b8794"/>`,
      `<text x="${box.left - 6}" y="${top + 8}" text-anchor="end" font-size="12" fill="#52606d">${short(most)}</text>`,
      `<text x="${box.left - 6}" y="${bottom}" text-anchor="end" font-size="12" fill="#52606d">0</text>`,
      `<polyline fill="none" stroke="${COLOURS.own}" stroke-width="1.5" points="${panel.points.map((point) => `${x(point[0])},${y(point[1])}`).join(' ')}"/>`,
    ].join('\n');
  });
  const height = box.top + panels.length * box.step;
  const range = `${xName}, 0 to ${short(end)}`;
  return svgDocument(title, range, height, drawn);
}

interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

function scale(values: readonly number[], from: number, to: number, isLogarithmic: boolean): Scale {
  const largest = Math.max(...values, 1e-9);
  if (!isLogarithmic) {
    const step = niceStep(largest / 4);
    const end = Math.ceil(largest / step) * step;
    const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
    return { at: (value) => from + (value / end) * (to - from), ticks };
  }
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(Math.ceil(Math.log10(largest)), low + 1);
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return { at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from), ticks };
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

function svgDocument(title: string, unit: string, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ${FONT} role="img" aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="24" font-size="16" font-weight="600" fill="#1f2933">${escaped(title)}</text>`,
    `<text x="16" y="43" font-size="12" fill="#52606d">${escaped(unit)}</text>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
