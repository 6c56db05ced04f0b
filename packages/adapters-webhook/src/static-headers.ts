import { isHeaderName, isHeaderValue, RESERVED_HEADERS } from './header-rules.ts';
import type { WebhookSenderOptions } from './webhook-sender-options.ts';

/** The headers that every request carries, in pairs. Adds to `problems` what can't be sent; values are never repeated there. */
export function staticHeaders(
  problems: string[],
  {
    apiKey,
    apiKeyHeader = 'x-ins-auth-key',
    headers = {},
  }: Pick<WebhookSenderOptions, 'apiKey' | 'apiKeyHeader' | 'headers'>,
  auth: readonly [name: string, value: string] | null = null,
): readonly string[] {
  const all = new Map([
    ['content-type', 'application/json'],
    ['user-agent', 'messaging-system'],
  ]);
  for (const [given, value] of Object.entries(typeof headers === 'function' ? {} : headers)) {
    const name = given.toLowerCase();
    if (!isHeaderName(name)) problems.push(`headers has a name that is none: ${JSON.stringify(given)}`);
    else if (RESERVED_HEADERS.has(name))
      problems.push(`headers must not have ${name}: it is set with each request`);
    if (!isHeaderValue(value)) problems.push(`headers.${name} has characters that a header can't carry`);
    all.set(name, value);
  }
  if (apiKey !== undefined) addApiKey(problems, all, apiKeyHeader, apiKey);
  if (auth !== null) {
    const [name, value] = auth;
    if (all.has(name)) problems.push(`auth sets ${name}, and so do headers or apiKeyHeader`);
    all.set(name, value);
  }
  return [...all].flat();
}

function addApiKey(problems: string[], all: Map<string, string>, header: string, apiKey: string): void {
  const name = header.toLowerCase();
  if (!isHeaderName(name) || RESERVED_HEADERS.has(name))
    problems.push(`apiKeyHeader can't be ${JSON.stringify(header)}`);
  if (apiKey === '') problems.push('apiKey is empty: leave it out to send none');
  if (!isHeaderValue(apiKey)) problems.push("apiKey has characters that a header can't carry");
  if (all.has(name)) problems.push(`apiKeyHeader and headers both set ${name}`);
  all.set(name, apiKey);
}
