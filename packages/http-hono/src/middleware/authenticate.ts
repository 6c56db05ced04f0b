import type { MiddlewareHandler } from 'hono';
import { ANYONE, type ApiCaller, type ApiKeys } from '../access/api-keys.ts';
import type { RefusedKeys } from '../access/refused-keys.ts';
import { CHALLENGE } from '../access/require-scope.ts';
import { ApiError } from '../errors/api-error.ts';
import type { HttpEnv } from '../http-env.ts';

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
