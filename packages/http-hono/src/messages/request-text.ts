import type { RequestPreview } from '@messaging-system/core/adapter';

/** A request as it goes over the wire. */
export function requestText({
  method,
  url,
  headers,
  body,
}: Extract<RequestPreview, { readonly kind: 'request' }>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...lines, '', body].join('\n');
}
