import { DEFAULT_MESSAGE_RULES } from '@messaging-system/core';
import { html } from 'hono/html';
import * as v from 'valibot';
import type { Problem } from '../../errors/error-details.ts';
import { enqueueSchemas } from '../../messages/new-message.ts';
import { problemsOf } from '../../routing/parse.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { type Form, inUtc } from '../form.ts';
import { each, type Markup, messagePath, NOTHING } from '../markup.ts';
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

/** A form for one message, held to what `POST /messages` holds it to. */
export function enqueueHandlers(site: DashboardSite): void {
  const { messages, rules = DEFAULT_MESSAGE_RULES } = site.dependencies;
  const newMessage = enqueueSchemas(rules, 1).one;

  site.page('/dashboard/new', 'send', (page) => enqueuePage(page, {}, []));

  site.form('/dashboard/new', 'send', async (page, c, form) => {
    const refuse = (problems: readonly Problem[], status: 400 | 409 = 400): Promise<Response> =>
      pageResponse(c, enqueuePage(page, form, problems), status);
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

function enqueuePage(context: PageContext, form: Form, problems: readonly Problem[]): Markup {
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
      </form>`,
  });
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
