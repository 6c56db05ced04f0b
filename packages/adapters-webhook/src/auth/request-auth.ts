import { isHeaderName, isHeaderValue, RESERVED_HEADERS } from '../header-rules.ts';

/** How requests show who they come from. */
export type RequestAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | ClientCredentials;

/** OAuth 2.0 client credentials (RFC 6749, section 4.4). */
export interface ClientCredentials {
  readonly kind: 'oauth2';
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
  readonly audience?: string | undefined;
  /** Where the token endpoint expects id and secret: the `Authorization` header (default) or the form. */
  readonly credentials?: 'header' | 'body' | undefined;
}

const FIELDS: Readonly<Record<RequestAuth['kind'], Readonly<Record<string, 'required' | 'optional'>>>> = {
  none: {},
  header: { name: 'required', value: 'required' },
  bearer: { token: 'required' },
  basic: { user: 'required', password: 'required' },
  oauth2: {
    tokenUrl: 'required',
    clientId: 'required',
    clientSecret: 'required',
    scope: 'optional',
    audience: 'optional',
    credentials: 'optional',
  },
};

/** Every problem of `auth`, by its field; no value is repeated. */
export function authProblems(given: unknown): readonly { readonly path: string; readonly problem: string }[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return [{ path: 'auth', problem: `must be a map with a kind: one of ${kinds()}` }];
  const { kind, ...values }: { readonly kind?: unknown } = given;
  if (typeof kind !== 'string' || !isKind(kind))
    return [{ path: 'auth.kind', problem: `must be one of ${kinds()}` }];
  const fields = FIELDS[kind];
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(fields, name));
  return [
    ...unknown.map((name) => ({
      path: `auth.${name}`,
      problem: `is unknown; kind ${kind} has ${Object.keys(fields).join(', ') || 'no more'}`,
    })),
    ...Object.entries(fields).flatMap(([name, need]) => {
      const problem = fieldProblem(
        kind,
        name,
        Object.entries(values).find(([key]) => key === name)?.[1],
        need,
      );
      return problem === null ? [] : [{ path: `auth.${name}`, problem }];
    }),
  ];
}

function kinds(): string {
  return Object.keys(FIELDS).join(', ');
}

function isKind(kind: string): kind is RequestAuth['kind'] {
  return Object.hasOwn(FIELDS, kind);
}

function fieldProblem(
  kind: RequestAuth['kind'],
  name: string,
  value: unknown,
  need: 'required' | 'optional',
): string | null {
  if (value === undefined) return need === 'required' ? 'is missing' : null;
  if (typeof value === 'number' || typeof value === 'boolean') return 'must be a text: write it in quotes';
  if (typeof value !== 'string') return 'must be a text';
  if (value === '') return 'is empty';
  if (
    kind === 'header' &&
    name === 'name' &&
    (!isHeaderName(value) || RESERVED_HEADERS.has(value.toLowerCase()))
  )
    return 'is not a header that can be set';
  if (['value', 'token'].includes(name) && !isHeaderValue(value))
    return "has characters that a header can't carry";
  if (kind === 'basic' && name === 'user' && value.includes(':')) return 'must not have a colon';
  if (name === 'credentials' && value !== 'header' && value !== 'body') return 'must be header or body';
  return name === 'tokenUrl' ? tokenUrlProblem(value) : null;
}

function tokenUrlProblem(value: string): string | null {
  const url = URL.parse(value);
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return isPlain ? null : 'must be an http or https URL without user name and password';
}

/** The header that is the same for every request; null where there is none, or a token has to be fetched. */
export function staticAuthHeader(auth: RequestAuth): readonly [name: string, value: string] | null {
  switch (auth.kind) {
    case 'none':
    case 'oauth2':
      return null;
    case 'header':
      return [auth.name.toLowerCase(), auth.value];
    case 'bearer':
      return ['authorization', `Bearer ${auth.token}`];
    case 'basic':
      return ['authorization', `Basic ${base64(`${auth.user}:${auth.password}`)}`];
  }
}

/** The texts that must never be kept or shown. */
export function authSecrets(auth: RequestAuth): readonly string[] {
  switch (auth.kind) {
    case 'none':
      return [];
    case 'header':
      // `App key`: the key alone is as secret as the whole.
      return [auth.value, ...auth.value.split(/\s+/).slice(1)];
    case 'bearer':
      return [auth.token];
    case 'basic':
      return [auth.password, base64(`${auth.user}:${auth.password}`)];
    case 'oauth2':
      return [auth.clientSecret, basicOfClient(auth)];
  }
}

/** RFC 6749, section 2.3.1: both are encoded as fields of a form first. */
export function basicOfClient({ clientId, clientSecret }: ClientCredentials): string {
  return base64([clientId, clientSecret].map(formEncoded).join(':'));
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
