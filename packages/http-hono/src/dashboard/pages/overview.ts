import type { DispatchOnceResult } from '@messaging-system/core';
import type { Context } from 'hono';
import { html } from 'hono/html';
import { ApiError } from '../../errors/api-error.ts';
import { RETRY_AFTER_S } from '../../errors/outcome-errors.ts';
import { type SseConnections, sseEvent } from '../../events/sse-connections.ts';
import { askDependencies } from '../../health/health-checks.ts';
import type { HttpEnv } from '../../http-env.ts';
import { DEFAULT_HTTP_LIMITS } from '../../http-limits.ts';
import type { ProcessorJson } from '../../processor/processor-json.ts';
import { readProcessor } from '../../processor/read-processor.ts';
import type { DashboardDependencies } from '../dashboard-dependencies.ts';
import type { ChartSpan } from '../dashboard-feed.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { type Markup, NOTHING, words } from '../markup.ts';
import { pageResponse, seeOther } from '../responses.ts';
import { chartSpan, charts, inWords } from './charts.ts';
import { buttonForm, layout, type Notice, noticeOf, type PageContext, tokenField } from './layout.ts';
import { overviewPanel, type Snapshot } from './overview-panel.ts';

// Three spans at each place. One host mounts it at one place, perhaps two; where the place has a parameter, clients can make some up.
const MOST_STREAMS = 96;

/** How things stand, in pages that are kept up to date, and what starts and stops the processor. */
export function overviewHandlers(site: DashboardSite): void {
  const { app, dependencies, operations } = site;
  const streams = new Map<string, SseConnections>();

  const show = async (page: PageContext, c: Context<HttpEnv>, notice: Notice | null): Promise<Response> => {
    const span = chartSpan(c.req.query('span'));
    const panel = overviewPanel(page.base, await takeSnapshot(dependencies), dependencies);
    const drawn = charts(page.base, span, dependencies.feed.chart(span));
    return pageResponse(
      c,
      overviewPage(page, html`<div id="overview" data-live="pushed">${panel}</div>${drawn}`, notice),
    );
  };

  const state = async (base: string, span: ChartSpan): Promise<string> => {
    const { changes } = dependencies.feed.activity();
    const snapshot = await takeSnapshot(dependencies);
    const chart = dependencies.feed.chart(span);
    const data = JSON.stringify({
      changes,
      chart: { ...chart, words: inWords(span, chart) },
      mayStart: mayStart(snapshot.processor),
      html: String(await overviewPanel(base, snapshot, dependencies)),
    });
    return sseEvent({ type: 'state', data });
  };

  /** A stream that says at once, and then again and again, how things stand; null when there are enough. */
  const live = async (
    base: string,
    span: ChartSpan,
    signal: AbortSignal,
    onEnd: () => void,
  ): Promise<Response | null> => {
    const name = `${span} ${base}`;
    const known = streams.get(name);
    if (known === undefined && streams.size >= MOST_STREAMS) return null;
    const pages = known ?? dependencies.feed.pages(() => state(base, span));
    if (known === undefined) streams.set(name, pages);
    return pages.accept(['retry: 1000\n\n', await state(base, span)], signal, onEnd);
  };

  site.page('/', 'read', (page, c) => show(page, c, noticeOf(c.req.query('done'), c.req.query('count'))));

  app.get('/dashboard/live', async (c) => {
    const base = site.baseOf(c);
    // A script can't follow to a login.
    const session = site.access.session(c, base);
    if (session === null) return c.body(null, 401);
    if (c.req.method === 'HEAD') return c.body(null, 204);
    // Over with its client or with the server, whichever ends first: nothing that waits for it may keep a process open.
    const page = new AbortController();
    const client = AbortSignal.any([c.req.raw.signal, page.signal]);
    const span = chartSpan(c.req.query('span'));
    const stream = await live(base, span, site.access.whileKnown(session, client), () => page.abort());
    if (stream === null) page.abort();
    if (stream?.body == null) return c.body(null, 503, { 'retry-after': String(RETRY_AFTER_S) });
    // With the cookie that renews the session.
    return c.body(stream.body, stream);
  });

  site.page('/dashboard/stop', 'operate', (page, c) => pageResponse(c, stopPage(page)));
  site.form('/dashboard/processor/dispatch', 'operate', async (page, c) =>
    show(page, c, dispatchNotice(await operations.dispatch(c))),
  );
  // A reload after a batch asks for no second one.
  app.get('/dashboard/processor/dispatch', (c) => seeOther(c, `${site.baseOf(c)}/`));

  site.form('/dashboard/processor/:action', 'operate', ({ base }, c) => {
    switch (c.req.param('action')) {
      case 'start':
        operations.start(c);
        return seeOther(c, `${base}/?done=started`);
      case 'stop':
        operations.stop(c);
        return seeOther(c, `${base}/?done=stopped`);
      default:
        throw new ApiError('invalid_action');
    }
  });
}

async function takeSnapshot(dependencies: DashboardDependencies): Promise<Snapshot> {
  const { clock, health = {}, feed, probeTimeoutMs = DEFAULT_HTTP_LIMITS.probeTimeoutMs } = dependencies;
  const [processor, checks] = await Promise.all([
    readProcessor({ ...dependencies, probeTimeoutMs }),
    askDependencies(health, clock, probeTimeoutMs),
  ]);
  return { at: clock.now(), processor, checks, lastAttempt: feed.activity().lastAttempt };
}

// A start also lets an open breaker try one message at once.
function mayStart({ state, breaker }: ProcessorJson): boolean {
  return state !== 'running' || breaker.state !== 'closed';
}

function overviewPage(context: PageContext, content: Markup, notice: Notice | null): Markup {
  return layout(context, {
    title: 'Overview',
    section: 'overview',
    notice,
    assets: ['uPlot.min.css', 'uPlot.iife.min.js', 'charts.js'],
    main: html`<h1>Overview</h1>
      ${context.caller.scopes.has('operate') ? controls(context) : NOTHING}
      ${content}`,
  });
}

function controls(context: PageContext): Markup {
  return html`<div class="controls" role="group" aria-label="Processor">
    ${buttonForm(context, { path: '/dashboard/processor/start', text: 'Start', id: 'start' })}
    <a class="button danger" id="stop" href="${context.base}/dashboard/stop">Stop…</a>
    ${buttonForm(context, { path: '/dashboard/processor/dispatch', text: 'Dispatch one batch now', id: 'dispatch' })}
  </div>`;
}

/** Asks before delivery stops. */
function stopPage(context: PageContext): Markup {
  return layout(context, {
    title: 'Stop',
    section: 'overview',
    main: html`<h1>Stop delivery on this server?</h1>
      <p>Messages under way may finish. New messages are still accepted, and wait in the store.</p>
      <p>Other servers go on, and this one delivers again when it is restarted. To stop all servers until you start them again, use <code>messaging-system stop --all</code>.</p>
      <form method="post" action="${context.base}/dashboard/processor/stop">
        ${tokenField(context)}
        <button id="confirm" class="danger">Stop delivery</button>
      </form>
      <p><a href="${context.base}/">Back, and change nothing</a></p>`,
  });
}

function dispatchNotice(result: DispatchOnceResult): Notice {
  switch (result.kind) {
    case 'busy':
      return { kind: 'problem', text: 'A batch is under way, or the processor is draining.' };
    case 'paused':
      return { kind: 'problem', text: `Claiming is paused: ${words(result.reason)}.` };
    case 'dispatched': {
      const { claimed, ...rest } = result.report;
      if (claimed === 0) return { kind: 'done', text: 'Nothing was due.' };
      const parts = Object.entries(rest).filter(([, count]) => count > 0);
      return {
        kind: 'done',
        text: `${claimed} claimed: ${parts.map(([name, count]) => `${count} ${name}`).join(', ')}.`,
      };
    }
  }
}
