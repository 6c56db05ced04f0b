import type { Context } from 'hono';
import { ApiError } from '../errors/api-error.ts';
import type { HttpEnv } from '../http-env.ts';
import type { BodyReader } from '../routing/body-reader.ts';
import { formToken, isSame } from './session.ts';

export type Form = Readonly<Record<string, string>>;

/** The fields of a form that one of our pages sent. @throws ApiError `cross_origin` for any other */
export async function readForm(c: Context<HttpEnv>, session: string, bodies: BodyReader): Promise<Form> {
  const form = await readFields(c, bodies);
  if (!isSame(formToken(session), form.token ?? '')) {
    throw new ApiError('cross_origin', { text: 'the form is too old, or not of this page: load it again' });
  }
  return form;
}

/** The same without a token, for who has no session yet. */
export async function readFields(c: Context<HttpEnv>, bodies: BodyReader): Promise<Form> {
  refuseOtherOrigin(c);
  const bytes = await bodies.read(c.req.raw);
  return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes)));
}

// Browsers name the page's site with every POST (Fetch standard, section 3.2).
function refuseOtherOrigin(c: Context<HttpEnv>): void {
  const origin = c.req.header('origin');
  if (origin === undefined || c.req.header('sec-fetch-site') === 'same-origin') return;
  const host = c.req.header('host') ?? new URL(c.req.url).host;
  if (URL.parse(origin)?.host !== host.toLowerCase()) throw new ApiError('cross_origin');
}
