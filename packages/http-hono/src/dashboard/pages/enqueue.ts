import { randomBytes } from 'node:crypto';
import { DEFAULT_MESSAGE_RULES } from '@messaging-system/core';
import type { RequestPreview } from '@messaging-system/core/adapter';
import { html } from 'hono/html';
import * as v from 'valibot';
import type { Problem } from '../../errors/error-details.ts';
import { enqueueSchemas } from '../../messages/new-message.ts';
import { requestText } from '../../messages/request-text.ts';
import { problemsOf } from '../../routing/parse.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { type Form, inUtc } from '../form.ts';
import { each, type Markup, messagePath, NOTHING, words } from '../markup.ts';
import { pageResponse, seeOther } from '../responses.ts';
import { layout, type PageContext, tokenField } from './layout.ts';

const FIELDS = [
  {
    name: 'phoneNumber',
    label: 'Phone number',
    type: 'tel',
    hint: 'For example +905551234567',
    required: true,
  },
  {
    name: 'content',
    label: 'Content',
    type: 'area',
    hint: 'One SMS segment has 160 letters of GSM-7, or 70 as soon as one is not of that alphabet, such as ş',
    required: true,
  },
  {
    name: 'idempotencyKey',
    label: 'Idempotency key',
    type: 'text',
    hint: 'The same key stores one message, however often it is asked for',
    required: false,
  },
  {
    name: 'sendAt',
    label: 'Send at (UTC)',
    type: 'datetime-local',
    hint: 'At once if empty',
    required: false,
  },
  {
    name: 'expiresAt',
    label: 'Expires at (UTC)',
    type: 'datetime-local',
    hint: 'Never if empty',
    required: false,
  },
] as const;

const PREVIEW_PATH = '/dashboard/new/request';

/** A form for one message, held to what `POST /messages` holds it to. */
export function enqueueHandlers(site: DashboardSite): void {
  const { messages, rules = DEFAULT_MESSAGE_RULES, previewRequest } = site.dependencies;
  const newMessage = enqueueSchemas(rules, 1).one;
  const formPage = (page: PageContext, form: Form, shown: Partial<Shown> = {}): Markup =>
    enqueuePage(page, form, {
      problems: [],
      preview: null,
      canPreview: previewRequest !== undefined,
      ...shown,
    });

  site.page('/dashboard/new', 'send', (page) => formPage(page, {}));

  site.form('/dashboard/new', 'send', async (page, c, form) => {
    const refuse = (problems: readonly Problem[], status: 400 | 409 = 400): Promise<Response> =>
      pageResponse(c, formPage(page, form, { problems }), status);
    const checked = v.safeParse(newMessage, requestOf(form));
    if (!checked.success) return refuse(problemsOf(checked.issues));
    const result = await messages.enqueue(checked.output);
    switch (result.kind) {
      case 'stored':
      case 'existing': {
        const done = result.kind === 'stored' ? 'enqueued' : 'existing';
        return seeOther(c, `${page.base}${messagePath(result.message.id)}?done=${done}`);
      }
      case 'conflict':
        return refuse(
          [{ field: 'idempotencyKey', problem: `belongs to another message: ${result.message.id}` }],
          409,
        );
      case 'invalid':
        return refuse(result.problems);
    }
  });

  if (previewRequest === undefined) return;
  // A path of its own: a process of an earlier release, which may get the form of this one, must not send the message.
  site.form(PREVIEW_PATH, 'send', (page, c, form) => {
    const checked = v.safeParse(newMessage, requestOf(form));
    if (!checked.success)
      return pageResponse(c, formPage(page, form, { problems: problemsOf(checked.issues) }), 400);
    const { phoneNumber, content, idempotencyKey = null, expiresAt = null } = checked.output;
    const message = { id: exampleId(), phoneNumber, content, idempotencyKey, expiresAt };
    return formPage(page, form, { preview: previewRequest(message) });
  });
}

/** The store makes the real one. */
function exampleId(): string {
  return randomBytes(12).toString('hex');
}

/** The body that the API would get: optional fields that were left empty are not in it. */
function requestOf(form: Form): unknown {
  const given = FIELDS.filter(({ name, required }) => required || (form[name] ?? '') !== '');
  return Object.fromEntries(given.map(({ name, type }) => [name, asMeant(form[name] ?? '', type)]));
}

function asMeant(typed: string, type: (typeof FIELDS)[number]['type']): string {
  switch (type) {
    case 'tel':
      return typed.trim();
    case 'area':
      // A form's line ends are CR LF (WHATWG HTML, section 4.10.22); what was typed had none of these.
      return typed.replaceAll('\r\n', '\n');
    case 'datetime-local':
      return inUtc(typed);
    case 'text':
      return typed;
  }
}

/** Shown in addition to the form. */
interface Shown {
  readonly problems: readonly Problem[];
  readonly preview: RequestPreview | null;
  readonly canPreview: boolean;
}

function enqueuePage(context: PageContext, form: Form, { problems, preview, canPreview }: Shown): Markup {
  const known = new Set<string>(FIELDS.map(({ name }) => name));
  const general = problems.filter(({ field }) => field === undefined || !known.has(field));
  return layout(context, {
    title: 'Send a message',
    section: 'new',
    notice: problems.length === 0 ? null : { kind: 'problem', text: summary(problems, general) },
    main: html`<h1>Send a message</h1>
      <form class="stack" method="post" action="${context.base}/dashboard/new" novalidate>
        ${tokenField(context)}
        ${each(FIELDS, (field) =>
          fieldRow(
            field,
            form[field.name] ?? '',
            problems.filter((problem) => problem.field === field.name),
          ),
        )}
        <button id="enqueue">Enqueue</button>
        ${canPreview ? html`<button id="show-request" class="quiet" formaction="${context.base}${PREVIEW_PATH}">Show the request</button>` : NOTHING}
      </form>
      ${preview === null ? NOTHING : previewOf(preview)}`,
  });
}

function previewOf(preview: RequestPreview): Markup {
  return html`<section id="request" aria-labelledby="request-heading">
    <h2 id="request-heading">The request that this message would make</h2>
    ${
      preview.kind === 'request'
        ? html`<p class="small">Nothing was stored or sent. Secrets are masked, and the id is an example.</p>
    <pre tabindex="0">${requestText(preview)}</pre>`
        : html`<p class="notice problem" role="alert">None: the message would fail without a request. ${words(preview.reason)} <code>${preview.reason}</code></p>`
    }
  </section>`;
}

function summary(problems: readonly Problem[], general: readonly Problem[]): string {
  if (general.length > 0) return general.map(({ problem }) => problem).join('; ');
  return problems.length === 1 ? 'One field has a problem' : `${problems.length} problems`;
}

function fieldRow(
  { name, label, type, hint, required }: (typeof FIELDS)[number],
  value: string,
  problems: readonly Problem[],
): Markup {
  const isWrong = problems.length > 0;
  const described = [`${name}-hint`, ...(isWrong ? [`${name}-problem`] : [])].join(' ');
  const shared = html`id="${name}" name="${name}"${required ? html` required` : NOTHING} aria-describedby="${described}"${isWrong ? html` aria-invalid="true"` : NOTHING}`;
  return html`<div class="field">
    <label for="${name}">${label}${required ? NOTHING : html` <span class="small">optional</span>`}</label>
    ${type === 'area' ? html`<textarea ${shared} rows="4">${value}</textarea>` : html`<input ${shared} type="${type}" step="1" value="${value}" autocomplete="off" />`}
    <p class="small" id="${name}-hint">${hint}</p>
    ${isWrong ? html`<p class="wrong" id="${name}-problem">${problems.map(({ problem }) => problem).join('; ')}</p>` : NOTHING}
  </div>`;
}
