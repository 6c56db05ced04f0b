import * as v from 'valibot';
import type { HttpApp } from '../../http-env.ts';
import { problemsOf } from '../../routing/parse.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import type { Form } from '../form.ts';
import { EMPTY_FORM, type EnqueueForm, enqueuePage } from '../pages/enqueue.ts';
import { pageResponse, seeOther } from '../responses.ts';

/** A form for one message, held to what `POST /messages` holds it to. */
export function enqueueHandlers(app: HttpApp, site: DashboardSite): void {
  const { messages } = site.dependencies;

  app.get(
    '/dashboard/new',
    site.page('send', (c, page) => pageResponse(c, enqueuePage(page, EMPTY_FORM, []))),
  );

  app.post(
    '/dashboard/new',
    site.form('send', async (c, page, fields) => {
      const form = formOf(fields);
      const checked = v.safeParse(site.newMessage, requestOf(form));
      if (!checked.success) return pageResponse(c, enqueuePage(page, form, problemsOf(checked.issues)), 400);
      const result = await messages.enqueue(checked.output);
      switch (result.kind) {
        case 'stored':
          return seeOther(
            c,
            `${page.base}/dashboard/messages/${encodeURIComponent(result.message.id)}?done=enqueued`,
          );
        case 'existing':
          return seeOther(
            c,
            `${page.base}/dashboard/messages/${encodeURIComponent(result.message.id)}?done=existing`,
          );
        case 'conflict': {
          const problem = `belongs to another message: ${result.message.id}`;
          return pageResponse(c, enqueuePage(page, form, [{ field: 'idempotencyKey', problem }]), 409);
        }
        case 'invalid':
          return pageResponse(c, enqueuePage(page, form, result.problems), 400);
      }
    }),
  );
}

function formOf(fields: Form): EnqueueForm {
  const { phoneNumber = '', content = '', idempotencyKey = '', sendAt = '', expiresAt = '' } = fields;
  // A form's line ends are CR LF (WHATWG HTML, section 4.10.22); what was typed had none of these.
  return {
    phoneNumber: phoneNumber.trim(),
    content: content.replaceAll('\r\n', '\n'),
    idempotencyKey,
    sendAt,
    expiresAt,
  };
}

/** The body that the API would get: fields that were left empty are not in it. */
function requestOf({ phoneNumber, content, idempotencyKey, sendAt, expiresAt }: EnqueueForm): unknown {
  return {
    phoneNumber,
    content,
    ...(idempotencyKey === '' ? {} : { idempotencyKey }),
    ...(sendAt === '' ? {} : { sendAt: inUtc(sendAt) }),
    ...(expiresAt === '' ? {} : { expiresAt: inUtc(expiresAt) }),
  };
}

// A browser leaves the seconds out where they are none, and knows no zone.
function inUtc(local: string): string {
  return `${/T\d\d:\d\d$/.test(local) ? `${local}:00` : local}Z`;
}
