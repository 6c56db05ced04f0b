import fc from 'fast-check';
import type { OpenApiDocument } from './documented-answers.ts';
import { PHONE } from './world.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'BREW'];

/** Any request at all to the documented surface and around it, likely ones and nonsense. */
export function anyRequest(document: OpenApiDocument, ids: readonly string[]): fc.Arbitrary<Asked> {
  return fc.oneof(
    { weight: 4, arbitrary: wildRequest(document, ids) },
    { weight: 1, arbitrary: rightRequest(ids) },
  );
}

/** A request that nothing is wrong with, as far as the store allows it. */
function rightRequest(ids: readonly string[]): fc.Arbitrary<Asked> {
  const message = fc.record({
    phoneNumber: fc.constant(PHONE),
    content: fc.string({ minLength: 1, maxLength: 50 }),
  });
  const post = (path: string, body: fc.Arbitrary<unknown>): fc.Arbitrary<Asked> =>
    body.map((value) => ({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    }));
  return fc.oneof(
    post('/messages', message),
    post('/messages', fc.array(message, { minLength: 1, maxLength: 3 })),
    post('/messages/cancel', fc.record({ status: fc.constantFrom('failed', 'unsent') })),
    post('/messages/redrive', fc.record({ status: fc.constantFrom('failed', 'unknown', 'unsent') })),
    post('/sandbox/webhook', message),
    fc.constantFrom(...ids).chain((id) => post(`/messages/${id}/cancel`, fc.constant(null))),
    fc.constantFrom(...ids).chain((id) => post(`/messages/${id}/redrive`, fc.constant(null))),
    fc
      .constantFrom('/messages', '/processor', '/processor/sent-messages', '/sandbox/deliveries')
      .map((path) => ({ method: 'GET', path, headers: {}, body: null })),
  );
}

function wildRequest(document: OpenApiDocument, ids: readonly string[]): fc.Arbitrary<Asked> {
  const segment = fc.oneof(
    fc.constantFrom(...ids, 'start', 'stop', 'dispatch', 'redrive', 'erase'),
    fc.string({ minLength: 1, unit: 'binary' }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constantFrom('%', '%ff', '%2f', '..%2f', '%00', '__proto__', 'constructor'),
  );
  const known = fc
    .constantFrom(...Object.keys(document.paths))
    .chain((template) =>
      fc
        .array(segment, { minLength: 2, maxLength: 2 })
        .map((values) => template.replace(/\{\w+\}/g, () => values[0] ?? '')),
    );
  const path = fc.oneof(
    { weight: 8, arbitrary: known },
    { weight: 1, arbitrary: fc.webPath() },
    { weight: 1, arbitrary: fc.array(segment).map((segments) => `/${segments.join('/')}`) },
  );
  const names = Object.values(document.paths)
    .flatMap((operations) => Object.values(operations))
    .flatMap((operation) => operation.parameters)
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => parameter.name);
  const parameter = fc.tuple(
    fc.oneof(fc.constantFrom(...names), fc.string({ unit: 'binary' })),
    fc.oneof(
      fc.constantFrom('1', '10', '1000', '0', '-1', 'sent', 'failed', PHONE, ...ids),
      fc.string({ unit: 'binary' }),
    ),
  );
  const search = fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    {
      weight: 2,
      arbitrary: fc.array(parameter, { maxLength: 3 }).map((pairs) => new URLSearchParams(pairs).toString()),
    },
    { weight: 1, arbitrary: fc.webQueryParameters() },
  );
  return fc.record({
    method: fc.oneof({ weight: 6, arbitrary: fc.constantFrom('GET', 'POST') }, fc.constantFrom(...METHODS)),
    path: fc
      .tuple(path, search)
      .map(([pathname, query]) => (query === '' ? pathname : `${pathname}?${query}`)),
    headers: fc.record(
      {
        'content-type': fc.oneof(
          { weight: 6, arbitrary: fc.constant('application/json') },
          fc.constantFrom('text/plain', 'application/json; charset=latin1', 'x', ''),
        ),
        'content-length': fc.constantFrom('0', '5', '99999999', '-1', 'abc'),
        'idempotency-key': fc.oneof(fc.constantFrom('k', '"k"', ''), fc.string().map(headerValue)),
        'x-request-id': fc.string().map(headerValue),
        authorization: fc.constantFrom('Bearer x', 'Basic eA==', ''),
      },
      { requiredKeys: [] },
    ),
    body: anyBody(),
  });
}

function anyBody(): fc.Arbitrary<string | Uint8Array | null> {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(PHONE, 'Hello', ''));
  const instant = fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom('2040-01-01T00:00:00Z', '2040-01-01T00:00:00+03:00', '2040-02-30T00:00:00Z'),
    text,
  );
  const message = fc.record(
    {
      phoneNumber: fc.oneof({ weight: 4, arbitrary: fc.constant(PHONE) }, fc.anything()),
      content: fc.oneof({ weight: 4, arbitrary: fc.constant('Hello') }, text, fc.anything()),
      idempotencyKey: fc.oneof(fc.constant('k'), text),
      sendAt: instant,
      expiresAt: instant,
      status: fc.constantFrom('failed', 'unknown', 'sent'),
    },
    { requiredKeys: [] },
  );
  const likely = fc.oneof(
    fc.record({ phoneNumber: fc.constant(PHONE), content: text }),
    fc.record({ status: fc.constantFrom('failed', 'unknown', 'unsent') }),
    fc.record({ phoneNumber: fc.constant(PHONE) }),
  );
  const json = fc.oneof(
    fc.json({ maxDepth: 4 }),
    likely.map(written),
    message.map(written),
    fc.array(message, { maxLength: 4 }).map(written),
  );
  return fc.oneof(
    { weight: 8, arbitrary: json },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3000 }) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 3000 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

function written(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}

function headerValue(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').trim();
}

export function requestOf({ method, path, headers, body }: Asked): Request {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  // A client sends bytes: a string would bring a content type of its own.
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return new Request(`http://localhost${path}`, { method, headers, body: hasBody ? bytes : null });
}
