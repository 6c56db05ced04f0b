import { MESSAGE_STATUSES } from '@messaging-system/core/adapter';
import { html } from 'hono/html';
import type { CheckJson } from '../../json/readiness-json.ts';
import type { BreakerJson, PaceJson, ProcessorJson } from '../../processor/processor-json.ts';
import type { DashboardOptions } from '../dashboard-dependencies.ts';
import type { LastAttempt } from '../dashboard-feed.ts';
import { each, formatCount, formatDuration, formatTime, type Markup, NOTHING, words } from '../markup.ts';

/** How things stand at one moment. */
export interface Snapshot {
  /** Epoch ms. */
  readonly at: number;
  readonly processor: ProcessorJson;
  readonly checks: Readonly<Record<string, CheckJson>>;
  readonly lastAttempt: LastAttempt | null;
}

/** The part that is sent again and again to open pages: the same for everybody. */
export function overviewPanel(
  base: string,
  { at, processor, checks, lastAttempt }: Snapshot,
  { target, ratePerSecond = null }: DashboardOptions,
): Markup {
  return html`<section aria-label="State" class="cards" data-state="${processor.state}">
      <div class="card">
        <h2>Processor</h2>
        <p class="big"><span class="pill ${processor.state}" id="state">${processor.state}</span></p>
        <p>${processor.state === 'draining' ? `nothing new is claimed; ${processor.inFlight} under way` : `${processor.inFlight} in flight, ${processor.leased} leased`}</p>
        <p>last claim ${formatTime(processor.lastClaimAt)}</p>
        ${processor.pace === null ? NOTHING : html`<p id="pace">${shownPace(processor.pace)}</p>`}
        ${processor.workers === null ? NOTHING : html`<p id="workers">${processor.workers.alive} of ${processor.workers.wanted} workers</p>`}
      </div>
      <div class="card">
        <h2>Oldest due</h2>
        <p class="big" id="lag">${processor.oldestDueAgeMs === null ? '–' : formatDuration(processor.oldestDueAgeMs)}</p>
        <p>how long the earliest due message has waited</p>
      </div>
      <div class="card">
        <h2>Circuit breaker</h2>
        ${breaker(processor.breaker)}
        <p>${processor.pausedUntil === null ? 'no pause asked for' : html`the receiver asked for a pause until ${formatTime(processor.pausedUntil)}`}</p>
        <p>${ratePerSecond === null ? 'no rate limit' : `at most ${ratePerSecond} a second`}</p>
      </div>
      <div class="card">
        <h2>Health</h2>
        <ul class="health">
          ${each(Object.entries(checks), ([name, check]) => health(name, check))}
          ${webhookHealth(lastAttempt, at, target)}
        </ul>
      </div>
    </section>
    ${processor.deliveryStop === undefined ? NOTHING : html`<p class="notice problem" id="delivery-stop">delivery is stopped for all servers by ${processor.deliveryStop.by ?? 'an operator'} since ${formatTime(processor.deliveryStop.at)}, until POST /processor/start-all</p>`}
    ${processor.storeFault === null ? NOTHING : html`<p class="notice problem">${words(processor.storeFault)}: figures of the store are missing or old</p>`}
    ${processor.failure === null ? NOTHING : html`<p class="notice problem">unexpected ${processor.failure.error} in ${processor.failure.during} at ${formatTime(processor.failure.at)}: the log of the server has its stack</p>`}
    <section aria-label="Messages by status">
      <ul class="counts">
        ${each(MESSAGE_STATUSES, (status) => {
          const count = processor.counts?.[status];
          return html`<li><a href="${base}/dashboard/messages?status=${status}" id="count-${status}"><span class="number">${count === undefined ? '–' : formatCount(count)}</span> <span class="pill ${status}">${status}</span></a></li>`;
        })}
      </ul>
    </section>
    ${hints(base, processor.counts)}`;
}

/** The next step where there is one: for an empty store, and for messages that need an operator. */
function hints(base: string, counts: ProcessorJson['counts']): Markup {
  if (counts === null) return NOTHING;
  if (MESSAGE_STATUSES.every((status) => counts[status].count === 0)) {
    return html`<div class="notice hint" id="empty">
      <p>There are no messages yet. <a href="${base}/dashboard/new">Send one</a>, or from a terminal:</p>
      <pre tabindex="0" role="region" aria-label="Command">npx messaging-system send +905551234567 Hello</pre>
    </div>`;
  }
  const { count } = counts.unknown;
  if (count === 0) return NOTHING;
  return html`<p class="notice unknown" id="unknown-hint">Nobody knows whether ${formatCount(counts.unknown)} ${count === 1 ? 'message' : 'messages'} arrived. <a href="${base}/dashboard/messages?status=unknown">Look at ${count === 1 ? 'it' : 'them'}</a>, ask the receiver, and redrive what it does not have.</p>`;
}

function shownPace({ batchSize, intervalMs, drain, nextAt }: PaceJson): Markup {
  if (drain) return html`delivers due messages at once`;
  const next = nextAt === null ? NOTHING : html`, next at ${formatTime(nextAt)}`;
  return html`${batchSize} ${batchSize === 1 ? 'message' : 'messages'} every ${formatDuration(intervalMs)}${next}`;
}

function breaker(state: BreakerJson): Markup {
  switch (state.state) {
    case 'closed':
      return html`<p class="big"><span class="pill ok">closed</span></p><p>${state.failures === 0 ? 'the receiver answers' : `${state.failures} ${state.failures === 1 ? 'failure' : 'failures'} in a row${state.reason === undefined ? '' : `: ${words(state.reason)}`}`}</p>`;
    case 'open':
      return html`<p class="big"><span class="pill bad">open</span></p><p>${words(state.reason)}; ${state.until === null ? 'until it is started again' : html`a probe at ${formatTime(state.until)}`}</p>`;
    case 'probing':
      return html`<p class="big"><span class="pill warn">probing</span></p><p>${words(state.reason)}; one message tries</p>`;
  }
}

function health(name: string, { ok, required, detail }: CheckJson): Markup {
  const style = ok ? 'ok' : required ? 'bad' : 'warn';
  const text = ok ? 'ok' : detail === undefined ? 'down' : words(detail);
  return html`<li><span>${words(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))}</span> <span class="pill ${style}">${text}</span></li>`;
}

function webhookHealth(last: LastAttempt | null, now: number, target: string | undefined): Markup {
  const name = target === undefined ? 'webhook' : html`webhook <span class="target">${target}</span>`;
  if (last === null) return html`<li><span>${name}</span> <span class="pill">not called yet</span></li>`;
  const style = last.outcome === 'accepted' ? 'ok' : last.outcome === 'permanent' ? 'bad' : 'warn';
  const outcome = last.reason === null ? last.outcome : words(last.reason);
  return html`<li><span>${name}</span> <span class="pill ${style}">${outcome}, ${formatDuration(Math.max(0, now - last.at))} ago</span></li>`;
}
