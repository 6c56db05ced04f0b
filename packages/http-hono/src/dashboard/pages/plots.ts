import { html } from 'hono/html';
import { each, formatDuration, type Markup } from '../markup.ts';
import type { Second } from '../throughput.ts';

const WIDTH = 600;
const HEIGHT = 100;

/** Two plots over the last two minutes, with what they show in words. */
export function plots(seconds: readonly Second[]): Markup {
  const most = Math.max(1, ...seconds.map(({ sent, failed, retried }) => sent + failed + retried));
  const slowest = Math.max(1, ...seconds.map(({ p95Ms }) => p95Ms ?? 0));
  const sum = (name: 'sent' | 'failed' | 'retried'): number =>
    seconds.reduce((total, second) => total + second[name], 0);
  const inWords = `In the last two minutes ${sum('sent')} sent, ${sum('retried')} to be retried, ${sum('failed')} failed or unknown; at most ${most} in a second.`;
  const lastP95 = seconds.findLast(({ p95Ms }) => p95Ms !== null);
  const latencyInWords =
    lastP95 === undefined
      ? 'No webhook call in the last two minutes.'
      : `Latest second with calls: half took up to ${formatDuration(lastP95.p50Ms ?? 0)}, 95 % up to ${formatDuration(lastP95.p95Ms ?? 0)}.`;
  return html`<div class="plots">
    <figure>
      <figcaption>Throughput <span class="scale">up to ${most} a second</span></figcaption>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${inWords}">
        ${each(seconds, (second, index) => bar(second, index, seconds.length, most))}
      </svg>
      <p class="legend"><span class="key sent"></span>sent <span class="key retried"></span>to be retried <span class="key failed"></span>failed or unknown</p>
    </figure>
    <figure>
      <figcaption>Duration of webhook calls <span class="scale">up to ${formatDuration(slowest)}</span></figcaption>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${latencyInWords}">
        ${line(
          seconds.map(({ p95Ms }) => p95Ms),
          slowest,
          'p95',
        )}
        ${line(
          seconds.map(({ p50Ms }) => p50Ms),
          slowest,
          'p50',
        )}
      </svg>
      <p class="legend"><span class="key p50"></span>half <span class="key p95"></span>95 %</p>
    </figure>
  </div>`;
}

function bar({ sent, failed, retried }: Second, index: number, count: number, most: number): Markup {
  const width = WIDTH / count;
  const parts = [
    { style: 'sent', value: sent },
    { style: 'retried', value: retried },
    { style: 'failed', value: failed },
  ].filter(({ value }) => value > 0);
  let top = HEIGHT;
  return each(parts, ({ style, value }) => {
    const height = (value / most) * HEIGHT;
    top -= height;
    return html`<rect class="${style}" x="${round(index * width)}" y="${round(top)}" width="${round(width * 0.8)}" height="${round(height)}"></rect>`;
  });
}

function line(values: readonly (number | null)[], most: number, style: string): Markup {
  const step = WIDTH / values.length;
  const points = values.flatMap((value, index) =>
    value === null ? [] : [{ x: index * step + step / 2, y: HEIGHT - 2 - (value / most) * (HEIGHT - 6) }],
  );
  const written = points.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ');
  return html`<polyline class="${style}" points="${written}"></polyline>
    ${each(points, ({ x, y }) => html`<rect class="${style}" x="${round(x - 1.5)}" y="${round(y - 1.5)}" width="3" height="3"></rect>`)}`;
}

function round(value: number): string {
  return value.toFixed(1);
}
