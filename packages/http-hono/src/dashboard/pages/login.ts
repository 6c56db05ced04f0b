import { html } from 'hono/html';
import { insufficientScope } from '../../access/authenticate.ts';
import { RefusedKeys } from '../../access/refused-keys.ts';
import { BodyReader } from '../../routing/body-reader.ts';
import { mayLogIn } from '../access.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { readFields } from '../form.ts';
import { LoginDelays } from '../login-delays.ts';
import { type Markup, NOTHING } from '../markup.ts';
import { pageResponse, seeOther } from '../responses.ts';
import { type BareContext, bareLayout } from './layout.ts';

// Separate from all others: somebody without a key must not use up the memory for those who have one.
const LOGIN_BODIES = { maxBytes: 8_192, maxTotalBytes: 16_777_216 };
const WRONG_KEY = 'This server has no such API key.';

/** The only pages that are open to everybody. */
export function loginHandlers(site: DashboardSite): void {
  const { access, app, assets } = site;
  const bodies = new BodyReader(LOGIN_BODIES);
  const { clock, onRefusedKey, trustedProxies } = site.dependencies;
  const refusedKeys = new RefusedKeys({ via: 'dashboard', trustedProxies, onRefusedKey });
  const delays = new LoginDelays();
  const form = (base: string, problem: string | null, next: string): Markup =>
    loginPage({ base, assetVersion: assets.version }, problem, next);

  app.get('/dashboard/login', (c) => {
    const base = site.baseOf(c);
    if (!access.hasKeys) return seeOther(c, `${base}/`);
    return pageResponse(c, form(base, null, ownPath(c.req.query('next'))));
  });

  app.post('/dashboard/login', async (c) => {
    const base = site.baseOf(c);
    const fields = await readFields(c, bodies);
    const next = ownPath(fields.next);
    if (!access.hasKeys) return seeOther(c, base + next);
    const now = clock.now();
    const address = refusedKeys.addressOf(c);
    const waitMs = address === null ? 0 : delays.waitMs(address, now);
    if (waitMs > 0) {
      refusedKeys.tell(c);
      const seconds = Math.ceil(waitMs / 1000);
      c.header('retry-after', String(seconds));
      const problem = `Too many wrong keys came from this address. Try again in ${seconds} s.`;
      return pageResponse(c, form(base, problem, next), 429);
    }
    const caller = access.logIn(c, base, (fields.apiKey ?? '').trim());
    if (caller === null) {
      if (address !== null) delays.failed(address, now);
      refusedKeys.tell(c);
      return pageResponse(c, form(base, WRONG_KEY, next), 401);
    }
    if (mayLogIn(caller)) return seeOther(c, base + next);
    const problem = `The dashboard shows messages, and ${insufficientScope(caller, 'read').message}.`;
    return pageResponse(c, form(base, problem, next), 403);
  });

  site.form('/dashboard/logout', 'read', ({ base }, c, _form, session) => {
    access.logOut(c, base, session);
    return seeOther(c, `${base}/dashboard/login`);
  });
}

/** A path below where we are mounted, never another site: `//evil` and `/\evil` would be one. */
function ownPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/';
}

/** `problem` says why the key that was given is not enough. */
function loginPage(context: BareContext, problem: string | null, next: string): Markup {
  return bareLayout(
    context,
    'Log in',
    html`<h1>Messaging System</h1>
      ${problem === null ? NOTHING : html`<p class="notice problem" role="alert" id="apiKey-problem">${problem}</p>`}
      <form class="stack" method="post" action="${context.base}/dashboard/login">
        <input type="hidden" name="next" value="${next}" />
        <div class="field">
          <label for="apiKey">API key</label>
          <input id="apiKey" name="apiKey" type="password" required autofocus autocomplete="current-password"${problem === null ? NOTHING : html` aria-invalid="true" aria-describedby="apiKey-problem"`} />
          <p class="small">A key of <code>server.apiKey</code> or <code>server.apiKeys</code> that may <code>read</code>. You stay logged in while a page is open, for up to 12 hours, and for 15 minutes after you last used one.</p>
        </div>
        <button id="login">Log in</button>
      </form>`,
  );
}
