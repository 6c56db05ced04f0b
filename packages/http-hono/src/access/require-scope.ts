import type { Context } from 'hono';
import { ApiError } from '../errors/api-error.ts';
import type { HttpEnv } from '../http-env.ts';
import type { ApiCaller } from './api-keys.ts';
import { SCOPES, type Scope } from './scope.ts';

/** How to authenticate, as the header `WWW-Authenticate` says it (RFC 6750, section 3). */
export const CHALLENGE = 'Bearer realm="messaging-system"';

/**
 * Lets a request go on only when its key has the scope. A host calls it in the routes that it adds to the app, too.
 * @throws ApiError `insufficient_scope`, as RFC 6750, section 3.1 has it
 */
export function requireScope(c: Context<HttpEnv>, scope: Scope): void {
  const caller = c.get('caller');
  if (!caller.scopes.has(scope)) throw insufficientScope(caller, scope);
}

/** What a caller without the scope is told. */
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
