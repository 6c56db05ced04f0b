import { html } from 'hono/html';
import { CHART_SPANS, type Chart, type ChartSpan } from '../dashboard-feed.ts';
import { each, formatCount, formatDuration, type Markup, NOTHING } from '../markup.ts';

/** The span that an address names. */
export function chartSpan(text: string | undefined): ChartSpan {
  return text === 'hour' || text === 'day' ? text : 'minutes';
}

/** Two charts of this process. The script draws them; without it, and for screen readers, there are words. */
export function charts(base: string, span: ChartSpan, chart: Chart): Markup {
  const { throughput, durations } = inWords(span, chart);
  const spans = Object.entries(CHART_SPANS);
  return html`<section id="charts" aria-label="Activity of this process" data-span="${span}" data-chart="${JSON.stringify(chart)}">
    <nav class="spans" aria-label="Time span of the charts">
      <ul>${each(spans, ([name, { title }]) => html`<li><a href="${base}/?span=${name}"${name === span ? html` aria-current="true"` : NOTHING}>${title}</a></li>`)}</ul>
    </nav>
    <div class="plots">
      <figure>
        <figcaption>Messages per ${formatStretch(chart.stretchMs)}</figcaption>
        <div class="chart" id="throughput" aria-hidden="true"></div>
        <p class="legend">${entry('sent', 'sent')} ${entry('retried', 'to be retried')} ${entry('unknown', 'unknown')} ${entry('failed', 'failed')}</p>
        <p class="small" id="throughput-words">${throughput}</p>
      </figure>
      <figure>
        <figcaption>Duration of webhook calls</figcaption>
        <div class="chart" id="durations" aria-hidden="true"></div>
        <p class="legend">${entry('p50', 'p50: half are faster')} ${entry('p95', 'p95: 95 % are faster')}</p>
        <p class="small" id="durations-words">${durations}</p>
      </figure>
    </div>
  </section>`;
}

function entry(style: string, text: string): Markup {
  return html`<span class="entry"><span class="key ${style}"></span>${text}</span>`;
}

/** The charts in words. */
export function inWords(
  span: ChartSpan,
  { stretches }: Chart,
): { readonly throughput: string; readonly durations: string } {
  const sum = (name: 'sent' | 'retried' | 'unknown' | 'failed'): string =>
    formatCount({ count: stretches.reduce((total, stretch) => total + stretch[name], 0), exact: true });
  const latest = stretches.findLast(({ p95Ms }) => p95Ms !== null);
  const { title } = CHART_SPANS[span];
  return {
    throughput: `Last ${title}: ${sum('sent')} sent, ${sum('retried')} to be retried, ${sum('unknown')} unknown, ${sum('failed')} failed.`,
    durations:
      latest === undefined
        ? `No webhook call in the last ${title}.`
        : `Latest: p50 ${formatDuration(latest.p50Ms ?? 0)}, p95 ${formatDuration(latest.p95Ms ?? 0)}.`,
  };
}

function formatStretch(ms: number): string {
  if (ms === 1_000) return 'second';
  return ms < 60_000 ? `${ms / 1_000} seconds` : `${ms / 60_000} minutes`;
}
