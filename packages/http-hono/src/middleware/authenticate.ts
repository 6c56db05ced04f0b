import { createHash, timingSafeEqual } from 'node:crypto';
import { InvalidOptionsError } from '@messaging-system/core';
import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors/api-error.ts';
import type { HttpEnv } from '../http-env.ts';

const CHALLENGE = 'Bearer realm="messaging-system"';

/**
 * Lets only requests pass that carry one of the keys as a bearer token (RFC 6750, section 2.1). How long it takes tells nothing of a
 * key: digests of equal length are compared, and all of them.
 */
export function authenticate(apiKeys: readonly string[]): MiddlewareHandler<HttpEnv> {
  if (apiKeys.some((key) => key.trim() === '')) throw new InvalidOptionsError(['apiKeys must not be blank']);
  const digests = apiKeys.map((key) => digest(Buffer.from(key, 'utf8')));
  return async (c, next) => {
    const token = bearerToken(c.req.header('authorization'));
    if (token === undefined) throw unauthorized(CHALLENGE);
    // A header's text is its bytes, one a character.
    const given = digest(Buffer.from(token, 'latin1'));
    const matches = digests.filter((known) => timingSafeEqual(known, given)).length;
    if (matches === 0) throw unauthorized(`${CHALLENGE}, error="invalid_token"`);
    await next();
  };
}

function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

function unauthorized(challenge: string): ApiError {
  return new ApiError('unauthorized', { headers: { 'www-authenticate': challenge } });
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
