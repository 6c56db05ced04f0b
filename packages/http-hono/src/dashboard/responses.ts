import type { Context } from 'hono';
import type { HttpEnv } from '../http-env.ts';
import type { Markup } from './markup.ts';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

/** The reader of the API sets styles of its own and draws pictures from text; it runs no other script either. */
const POLICIES: Readonly<Record<'page' | 'reader', string>> = {
  page: [...POLICY, "style-src 'self'", "img-src 'self'"].join('; '),
  reader: [...POLICY, "style-src 'self' 'unsafe-inline'", "img-src 'self' data:"].join('; '),
};

/** A page: nothing of it comes from elsewhere, nothing in it runs but our own files, and no cache keeps it. */
export async function pageResponse(
  c: Context<HttpEnv>,
  markup: Markup,
  status: 200 | 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503 = 200,
  policy: keyof typeof POLICIES = 'page',
): Promise<Response> {
  const text = String(await markup);
  return c.body(text, status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICIES[policy],
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  });
}

/** To a page after a form: a reload then asks nothing twice. */
export function seeOther(c: Context<HttpEnv>, location: string): Response {
  return c.redirect(location, 303);
}
