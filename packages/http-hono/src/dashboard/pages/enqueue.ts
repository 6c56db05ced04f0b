import { html } from 'hono/html';
import type { Problem } from '../../schemas/error-details.ts';
import { each, type Markup, NOTHING } from '../html.ts';
import type { PageContext } from '../page-context.ts';
import { layout } from './layout.ts';

/** The fields as they were typed. */
export type EnqueueForm = Readonly<Record<(typeof FIELDS)[number]['name'], string>>;

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

export const EMPTY_FORM: EnqueueForm = {
  phoneNumber: '',
  content: '',
  idempotencyKey: '',
  sendAt: '',
  expiresAt: '',
};

export function enqueuePage(context: PageContext, form: EnqueueForm, problems: readonly Problem[]): Markup {
  const known = new Set<string>(FIELDS.map(({ name }) => name));
  const general = problems.filter(({ field }) => field === undefined || !known.has(field));
  return layout(context, {
    title: 'Send a message',
    section: 'new',
    notice: problems.length === 0 ? null : { kind: 'problem', text: summary(problems, general) },
    main: html`<h1>Send a message</h1>
      <form class="stack" method="post" action="${context.base}/dashboard/new" novalidate>
        <input type="hidden" name="token" value="${context.token}" />
        ${each(FIELDS, (field) =>
          fieldRow(
            field,
            form[field.name],
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
