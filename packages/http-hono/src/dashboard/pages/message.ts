import { isRedrivenBetween } from '@messaging-system/core/adapter';
import { html } from 'hono/html';
import { ApiError } from '../../errors/api-error.ts';
import { INTERRUPTED, mayHaveArrived } from '../../messages/earlier-attempts.ts';
import {
  type AttemptJson,
  isInstantField,
  MESSAGE_LABELS,
  type MessageJson,
  messageJson,
} from '../../messages/message-json.ts';
import { smsSegments } from '../../messages/sms-segments.ts';
import type { IdInRequest } from '../dashboard-dependencies.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { each, formatDuration, formatTime, type Markup, messagePath, NOTHING, words } from '../markup.ts';
import { pageResponse, seeOther } from '../responses.ts';
import { buttonForm, layout, type Notice, noticeOf, type PageContext } from './layout.ts';

/** A message with what became of it, and what an operator may do about it. */
export function messageHandlers(site: DashboardSite): void {
  site.page('/dashboard/messages/:id', 'read', async (page, c) => {
    const message = await site.dependencies.messages.find(c.req.param('id') ?? '');
    if (message === null) throw new ApiError('message_not_found');
    const { idInRequest = 'webhook-id' } = site.dependencies;
    const shown = { message: messageJson(message), idInRequest, notice: noticeOf(c.req.query('done')) };
    return pageResponse(c, messagePage(page, shown));
  });
  for (const change of ['cancel', 'redrive'] as const) {
    site.form(`/dashboard/messages/:id/${change}`, 'operate', async ({ base }, c) => {
      const message = await site.operations[change](c, c.req.param('id') ?? '');
      return seeOther(c, `${base}${messagePath(message.id)}?done=${DONE[change]}`);
    });
  }
}

const DONE = { cancel: 'cancelled', redrive: 'redriven' } as const;

interface Shown {
  readonly message: MessageJson;
  readonly idInRequest: IdInRequest;
  readonly notice: Notice | null;
}

function messagePage(context: PageContext, { message, idInRequest, notice }: Shown): Markup {
  const path = messagePath(message.id);
  const mayOperate = context.caller.scopes.has('operate');
  const mayCancel = mayOperate && message.status === 'unsent' && message.leasedUntil === null;
  const mayRedrive = mayOperate && (message.status === 'failed' || message.status === 'unknown');
  const mayHurry = mayCancel && message.reason !== null;
  return layout(context, {
    title: `Message to ${message.phoneNumber}`,
    section: 'messages',
    notice,
    main: html`<p class="crumb"><a href="${context.base}/dashboard/messages">Messages</a></p>
      <h1>Message to ${message.phoneNumber}</h1>
      <div id="message" data-live="fetched" data-announce="${message.status}">
        <p class="big"><span class="pill ${message.status}" id="message-status">${message.status}</span> ${message.leasedUntil === null ? NOTHING : html`<span class="small">under way until ${formatTime(message.leasedUntil)} at most</span>`}</p>
        ${message.reason === null ? NOTHING : html`<p>Reason: <code>${message.reason}</code></p>`}
        ${message.status === 'failed' ? html`<p class="notice hint" id="failed-hint">This message is not sent again by itself. The last attempt below says why it failed. Once the cause is fixed, redrive the message${AGAIN[idInRequest]}. If its number or text is wrong, send a new one instead.</p>` : NOTHING}
        ${message.status === 'unknown' ? html`<p class="notice unknown" id="unknown-hint">Nobody knows whether this message arrived. ${search(message, idInRequest)} If it has the message, leave it as it is. If it does not, redrive the message${AGAIN[idInRequest]}.</p>` : NOTHING}
        ${message.status === 'cancelled' && mayHaveArrived(message) ? html`<p class="notice unknown" id="cancelled-hint">An earlier attempt may have arrived. Cancelling prevented the next ones.</p>` : NOTHING}
        ${mayCancel || mayRedrive ? html`<div class="controls" role="group" aria-label="What can be done">${mayHurry ? buttonForm(context, { path: `${path}/redrive`, text: 'Send now', id: 'redrive' }) : NOTHING}${mayCancel ? buttonForm(context, { path: `${path}/cancel`, text: 'Cancel', id: 'cancel', style: 'danger' }) : buttonForm(context, { path: `${path}/redrive`, text: 'Redrive', id: 'redrive' })}</div>` : NOTHING}
        <blockquote class="content">${message.content}</blockquote>
        <p class="small" id="segments">As SMS: ${segmentsText(message.content)}</p>
        <h2>Attempts</h2>
        ${message.lostLeases === 0 ? NOTHING : html`<p class="small" id="interrupted">Note: ${INTERRUPTED}.</p>`}
        ${timeline(message)}
        <h2>Details</h2>
        <dl>
          ${each(details(message, idInRequest), ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
        </dl>
      </div>`,
  });
}

const AGAIN = {
  'webhook-id': ': it is sent again with the same id',
  elsewhere: ': it is sent again with the same id',
  nowhere: '',
} as const;

/** How to find out at the receiver whether it has the message. */
function search({ id }: MessageJson, idInRequest: IdInRequest): Markup {
  switch (idInRequest) {
    case 'webhook-id':
      return html`Ask the receiver for the <code>webhook-id</code> ${id}.`;
    case 'elsewhere':
      return html`Ask the receiver for the id ${id}.`;
    case 'nowhere':
      return html`Look in the provider's log for this number and text.`;
  }
}

function segmentsText(content: string): string {
  const { segments, encoding } = smsSegments(content);
  return `${segments} ${segments === 1 ? 'segment' : 'segments'} in ${encoding}`;
}

function timeline(message: MessageJson): Markup {
  const next =
    message.status === 'unsent' && message.leasedUntil === null
      ? html`<li class="next"><span class="pill">next attempt</span> <span class="time">${message.availableAt === null ? 'as soon as it is claimed' : html`from ${formatTime(message.availableAt)} on`}</span></li>`
      : NOTHING;
  return html`<ol class="timeline">
    ${message.createdAt === null ? NOTHING : html`<li class="enqueued"><span class="pill">enqueued</span> <span class="time">${formatTime(message.createdAt)}</span></li>`}
    ${each(message.history, (made, index) => html`${isRedrivenBetween(message.history[index - 1], made) ? REDRIVEN : NOTHING}${attempt(made)}`)}
    ${next}
    ${message.status === 'cancelled' ? html`<li class="cancelled"><span class="pill">cancelled</span> <span class="time">${formatTime(message.settledAt)}</span></li>` : NOTHING}
  </ol>`;
}

const REDRIVEN = html`<li class="redriven"><span class="pill">redriven</span></li>`;

const MEANING = {
  accepted: '',
  retryable: ', may be tried again',
  permanent: ', not tried again',
  ambiguous: ', nobody knows whether it arrived',
} as const;

function attempt({
  attempt: number,
  startedAt,
  durationMs,
  outcome,
  reason,
  uncounted,
  response,
}: AttemptJson): Markup {
  return html`<li class="${outcome}">
    <span class="pill ${outcome}">${outcome}</span> attempt ${uncounted === true ? '(not counted)' : number}${MEANING[outcome]}${reason === null ? NOTHING : html`: ${words(reason)}`}
    <span class="time">${formatTime(startedAt)}, took ${formatDuration(durationMs)}</span>
    ${response === undefined ? NOTHING : receiverSaid(response)}
  </li>`;
}

/** Text of the receiver: whatever it is, it is shown as text. */
function receiverSaid({ status, headers, body }: NonNullable<AttemptJson['response']>): Markup {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return html`<details class="response" open>
    <summary>The receiver answered ${status}</summary>
    <pre>${[...lines, ...(lines.length === 0 ? [] : ['']), body].join('\n')}</pre>
  </details>`;
}

/** Fields that the page shows elsewhere. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'status',
  'reason',
  'phoneNumber',
  'content',
  'availableAt',
  'leasedUntil',
] satisfies (keyof MessageJson)[]);

/** Where there is more room than in a line of text. */
const LONGER_LABELS: Readonly<Partial<Record<string, string>>> = {
  sendAt: 'Not before',
  expiresAt: 'Expires',
  lostLeases: 'Leases lost',
};

const ID_LABELS = {
  'webhook-id': 'Id, sent as webhook-id',
  elsewhere: 'Id, which the request carries',
  nowhere: 'Id (the provider does not receive it)',
} as const;

function details(
  message: MessageJson,
  idInRequest: IdInRequest,
): readonly (readonly [string, Markup | string])[] {
  const metadata = Object.entries(message.metadata ?? {});
  return [
    ...labelled(message, { ...LONGER_LABELS, id: ID_LABELS[idInRequest] }),
    ...metadata.map(([name, value]) => [`metadata.${name}`, value] as const),
  ];
}

function labelled(
  message: MessageJson,
  longerLabels: typeof LONGER_LABELS,
): readonly (readonly [string, Markup | string])[] {
  const fields = new Map<string, unknown>(Object.entries(message));
  return Object.entries(MESSAGE_LABELS).flatMap(([name, label]) => {
    const value = fields.get(name) ?? null;
    if (value === null || ELSEWHERE.has(name)) return [];
    const title = longerLabels[name] ?? label.charAt(0).toUpperCase() + label.slice(1);
    return [[title, isInstantField(name) ? formatTime(String(value)) : String(value)] as const];
  });
}
