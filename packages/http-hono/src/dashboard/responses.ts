import type { Context } from 'hono';
import type { HttpEnv } from '../http-env.ts';
import type { Markup } from './markup.ts';

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A page: nothing of it comes from elsewhere, nothing in it runs but our own files, and no cache keeps it. */
export async function pageResponse(
  c: Context<HttpEnv>,
  markup: Markup,
  status: 200 | 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503 = 200,
): Promise<Response> {
  const text = String(await markup);
  return c.body(text, status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
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
