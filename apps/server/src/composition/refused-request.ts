import { randomUUID } from 'node:crypto';
import { RequestError } from '@hono/node-server';

/**
 * The answer for what the API never saw, in its shape: a target or a `Host` that no URL can be made of, and whatever was thrown past it. What is
 * no HTTP at all gets only a status line, from node:http.
 */
export function refusedRequest(thrown: unknown): Response {
  return thrown instanceof RequestError
    ? answer(400, { error: 'the target of the request, or its Host, is not valid', code: 'invalid_request' })
    : answer(500, { error: 'internal error', code: 'internal' });
}

function answer(status: number, body: { readonly error: string; readonly code: string }): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': randomUUID(),
    },
  });
}
