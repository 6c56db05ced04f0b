import type { WebhookSenderOptions } from './webhook-sender-options.ts';

// RFC 9110 §5.6.2 and §5.5.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'traceparent',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
]);

/** The headers that every request carries, in pairs. Adds to `problems` what can't be sent; values are never repeated there. */
export function staticHeaders(
  problems: string[],
  {
    apiKey,
    apiKeyHeader = 'x-ins-auth-key',
    headers = {},
  }: Pick<WebhookSenderOptions, 'apiKey' | 'apiKeyHeader' | 'headers'>,
): readonly string[] {
  const all = new Map([
    ['content-type', 'application/json'],
    ['user-agent', 'messaging-system'],
  ]);
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    if (!TOKEN.test(name)) problems.push(`headers has a name that is none: ${JSON.stringify(given)}`);
    else if (RESERVED.has(name)) problems.push(`headers must not have ${name}: it is set with each request`);
    if (!VALUE.test(value)) problems.push(`headers.${name} has characters that a header can't carry`);
    all.set(name, value);
  }
  if (apiKey !== undefined) addApiKey(problems, all, apiKeyHeader, apiKey);
  return [...all].flat();
}

function addApiKey(problems: string[], all: Map<string, string>, header: string, apiKey: string): void {
  const name = header.toLowerCase();
  if (!TOKEN.test(name) || RESERVED.has(name))
    problems.push(`apiKeyHeader can't be ${JSON.stringify(header)}`);
  if (apiKey === '') problems.push('apiKey is empty: leave it out to send none');
  if (!VALUE.test(apiKey)) problems.push("apiKey has characters that a header can't carry");
  if (all.has(name)) problems.push(`apiKeyHeader and headers both set ${name}`);
  all.set(name, apiKey);
}
