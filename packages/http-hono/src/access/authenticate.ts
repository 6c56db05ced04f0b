import type { Context, MiddlewareHandler } from 'hono';
import { ApiError } from '../errors/api-error.ts';
import type { HttpEnv } from '../http-env.ts';
import { SCOPES, type Scope } from '../scope.ts';
import { ANYONE, type ApiCaller, type ApiKeys } from './api-keys.ts';
import type { RefusedKeys } from './refused-keys.ts';

/** How to authenticate, as the header `WWW-Authenticate` says it (RFC 6750, section 3). */
const CHALLENGE = 'Bearer realm="messaging-system"';

/**
 * Lets a request go on only when its key has the scope. A host calls it in the routes that it adds to the app, too.
 * @throws ApiError `insufficient_scope`, as RFC 6750, section 3.1 has it
 */
export function requireScope(c: Context<HttpEnv>, scope: Scope): void {
  const caller = c.get('caller');
  if (!caller.scopes.has(scope)) throw insufficientScope(caller, scope);
}

/** The error for a caller without the scope. */
export function insufficientScope({ name, scopes }: ApiCaller, scope: Scope): ApiError {
  const granted = SCOPES.filter((one) => scopes.has(one));
  // Only a key with a name can have less than all scopes.
  const key = name ?? '';
  return new ApiError('insufficient_scope', {
    text: `the key ${key} may not ${scope}: it has ${granted.join(', ')}`,
    details: { key, required: scope, granted },
    headers: { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${scope}"` },
  });
}

/**
 * Lets only requests pass that carry one of the keys as a bearer token (RFC 6750, section 2.1), and notes whose key it is. Without any keys
 * everybody passes and may do everything.
 */
export function authenticate(apiKeys: ApiKeys, refusedKeys: RefusedKeys): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const authorization = c.req.header('authorization');
    c.set('caller', apiKeys.isOpen ? ANYONE : callerOf(authorization, apiKeys, () => refusedKeys.tell(c)));
    await next();
  };
}

function callerOf(authorization: string | undefined, apiKeys: ApiKeys, onRefused: () => void): ApiCaller {
  const token = bearerToken(authorization);
  if (token === undefined) throw unauthorized(CHALLENGE);
  // A header's text is its bytes, one a character.
  const known = apiKeys.find(Buffer.from(token, 'latin1'));
  if (known === null) {
    onRefused();
    throw unauthorized(`${CHALLENGE}, error="invalid_token"`);
  }
  return known.caller;
}

function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

function unauthorized(challenge: string): ApiError {
  return new ApiError('unauthorized', { headers: { 'www-authenticate': challenge } });
}
