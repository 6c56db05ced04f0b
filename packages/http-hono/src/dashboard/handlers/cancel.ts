import type { HttpApp } from '../../http-env.ts';
import { countMatching } from '../count-matching.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { cancelPage } from '../pages/cancel.ts';
import { pageResponse, seeOther } from '../responses.ts';

/** Many messages at once: the page says how many, and asks. */
export function cancelHandlers(app: HttpApp, site: DashboardSite): void {
  const { messages } = site.dependencies;

  app.get(
    '/dashboard/cancel',
    site.page('operate', async (c, page) => {
      const filter = ofPhone(c.req.query('phoneNumber'));
      const matching = await countMatching(messages, { status: 'unsent', ...filter });
      return pageResponse(c, cancelPage(page, filter.phoneNumber, matching));
    }),
  );

  app.post(
    '/dashboard/cancel',
    site.form('operate', async (c, { base }, form) => {
      const { cancelled, inFlight } = await site.operations.cancelMatching(c, ofPhone(form.phoneNumber));
      const done = inFlight === 0 ? 'all-cancelled' : 'others-cancelled';
      return seeOther(c, `${base}/dashboard/messages?done=${done}&count=${cancelled}`);
    }),
  );
}

function ofPhone(phoneNumber: string | undefined): { readonly phoneNumber?: string } {
  return phoneNumber === undefined || phoneNumber === '' ? {} : { phoneNumber };
}
