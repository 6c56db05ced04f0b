import type { Message } from '@messaging-system/core';
import type { SendOutcome } from '@messaging-system/core/adapter';
import type { Answer } from './classify-answer.ts';
import { UnbuildableMessageError } from './contract/unbuildable-message-error.ts';
import { isHeaderName, isHeaderValue, RESERVED_HEADERS } from './header-rules.ts';
import type { MoreHeaders, ReadResponse } from './hook-types.ts';
import type { WebhookRequest } from './request-builder.ts';
import type { WebhookSenderOptions } from './webhook-sender-options.ts';

/** Runs the hooks that may take time. @param token what `Authorization: Bearer` carries, where one was fetched */
export type RequestFinisher = (
  request: WebhookRequest,
  to: { readonly message: Message; readonly attempt: number; readonly origin: string; readonly path: string },
  token: string | null,
) => Promise<WebhookRequest>;

/** Null where there are no hooks. */
export function finisher({ headers, signRequest }: WebhookSenderOptions): RequestFinisher | null {
  const headersOf = typeof headers === 'function' ? headers : undefined;
  if (headersOf === undefined && signRequest === undefined) return null;
  return async (request, { message, attempt, origin, path }, token) => {
    const own = headersOf === undefined ? {} : await headersOf(message, { attempt });
    const named = withHeaders(withToken(request, token), own);
    if (signRequest === undefined) return named;
    const { body, method = 'POST' } = named;
    const url = origin + (named.path ?? path);
    return withHeaders(named, await signRequest({ method, url, headers: byName(named.headers), body }));
  };
}

export function withToken(request: WebhookRequest, token: string | null): WebhookRequest {
  return token === null
    ? request
    : { ...request, headers: [...request.headers, 'authorization', `Bearer ${token}`] };
}

/** The headers of a request by their names. */
export function byName(headers: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (let at = 0; at < headers.length; at += 2) named[headers[at] ?? ''] = headers[at + 1] ?? '';
  return named;
}

/** A header that code of the embedding app adds wins over one of the same name. */
function withHeaders(request: WebhookRequest, more: MoreHeaders): WebhookRequest {
  const headers = byName(request.headers);
  for (const [given, value] of Object.entries(more)) {
    const name = given.toLowerCase();
    if (!isHeaderName(name) || RESERVED_HEADERS.has(name))
      throw new TypeError(`a hook gave the header ${JSON.stringify(given)}, which can not be set`);
    if (!isHeaderValue(value)) throw new UnbuildableMessageError('invalid_header_value');
    headers[name] = value;
  }
  return { ...request, headers: Object.entries(headers).flat() };
}

/** The request is made by now: whatever the hook throws, nobody knows what became of the message. */
export function readingHook(
  readResponse: ReadResponse,
  otherwise: (answer: Answer) => SendOutcome,
): (answer: Answer) => SendOutcome {
  return (answer) => {
    const { status, headers, body, isWhole } = answer;
    try {
      return readResponse({ status, headers, body, isWhole }) ?? otherwise(answer);
    } catch {
      return { kind: 'ambiguous', reason: 'response_hook_failed' };
    }
  };
}
