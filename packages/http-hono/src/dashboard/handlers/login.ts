import type { ApiCaller } from '../../access/api-keys.ts';
import { RefusedKeys } from '../../access/refused-keys.ts';
import { insufficientScope } from '../../access/require-scope.ts';
import type { HttpApp } from '../../http-env.ts';
import { BodyReader } from '../../routing/body-reader.ts';
import { mayLogIn } from '../access.ts';
import type { DashboardSite } from '../dashboard-site.ts';
import { readFields } from '../form.ts';
import { LoginDelays } from '../login-delays.ts';
import { loginPage } from '../pages/login.ts';
import { pageResponse, seeOther } from '../responses.ts';

// Separate from all others: somebody without a key must not use up the memory for those who have one.
const LOGIN_BODIES = { maxBytes: 8_192, maxTotalBytes: 16_777_216 };
const WRONG_KEY = 'This server has no such API key.';

/** The only pages that are open to everybody. */
export function loginHandlers(app: HttpApp, site: DashboardSite): void {
  const { access, assetVersion } = site;
  const bodies = new BodyReader(LOGIN_BODIES);
  const { clock, onRefusedKey, trustedProxies } = site.dependencies;
  const refusedKeys = new RefusedKeys({ via: 'dashboard', trustedProxies, onRefusedKey });
  const delays = new LoginDelays();

  app.get('/dashboard/login', (c) => {
    const base = site.baseOf(c);
    if (!access.hasKeys) return seeOther(c, `${base}/`);
    return pageResponse(c, loginPage({ base, assetVersion }, null, ownPath(c.req.query('next'))));
  });

  app.post('/dashboard/login', async (c) => {
    const base = site.baseOf(c);
    const form = await readFields(c, bodies);
    const next = ownPath(form.next);
    if (!access.hasKeys) return seeOther(c, base + next);
    const now = clock.now();
    const address = refusedKeys.addressOf(c);
    const waitMs = address === null ? 0 : delays.waitMs(address, now);
    if (waitMs > 0) {
      refusedKeys.tell(c);
      const seconds = Math.ceil(waitMs / 1000);
      c.header('retry-after', String(seconds));
      return pageResponse(c, loginPage({ base, assetVersion }, tooManyWrongKeys(seconds), next), 429);
    }
    const caller = access.logIn(c, base, (form.apiKey ?? '').trim());
    if (caller === null) {
      if (address !== null) delays.failed(address, now);
      refusedKeys.tell(c);
      return pageResponse(c, loginPage({ base, assetVersion }, WRONG_KEY, next), 401);
    }
    if (mayLogIn(caller)) return seeOther(c, base + next);
    return pageResponse(c, loginPage({ base, assetVersion }, mayNotRead(caller), next), 403);
  });

  app.post(
    '/dashboard/logout',
    site.form('read', (c, { base }, _form, session) => {
      access.logOut(c, base, session);
      return seeOther(c, `${base}/dashboard/login`);
    }),
  );
}

function tooManyWrongKeys(seconds: number): string {
  return `Too many wrong keys came from this address. Try again in ${seconds} s.`;
}

function mayNotRead(caller: ApiCaller): string {
  return `The dashboard shows messages, and ${insufficientScope(caller, 'read').message}.`;
}

/** A path below where we are mounted, never another site: `//evil` and `/\evil` would be one. */
function ownPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/';
}
