import type { Context } from 'hono';
import { isSame } from '../access/api-keys.ts';
import { isOwnPage } from '../access/other-sites.ts';
import { ApiError } from '../errors/api-error.ts';
import type { HttpEnv } from '../http-env.ts';
import type { BodyReader } from '../routing/body-reader.ts';
import { formToken } from './session.ts';

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
  if (!isOwnPage(c)) throw new ApiError('cross_origin');
  const bytes = await bodies.read(c.req.raw);
  return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes)));
}

/** The instant of a `datetime-local` field that is labelled as UTC. A browser leaves the seconds out where they are none, and knows no zone. */
export function inUtc(local: string): string {
  return `${/T\d\d:\d\d$/.test(local) ? `${local}:00` : local}Z`;
}
