import { expect, test } from 'vitest';
import { MessagingApi } from '../src/connection/messaging-api.ts';
import { checkServer } from '../src/doctor/check-server.ts';

/** A server that is not ready because of its store, for this reason. */
function notReadyFor(detail: string): MessagingApi {
  const store = { ok: false, required: true, detail };
  const readiness = {
    error: 'not ready',
    code: 'not_ready',
    details: { state: 'running', checks: { store } },
  };
  const refused = { error: 'the store is unavailable', code: 'store_unavailable' };
  return new MessagingApi({
    fetch: ({ url }) =>
      Promise.resolve(Response.json(url.endsWith('/readyz') ? readiness : refused, { status: 503 })),
    url: 'http://127.0.0.1:3000',
    apiKey: null,
    keyOrigin: null,
    isDirect: false,
  });
}

test.each([
  ['timeout', 'The store does not answer (timeout).'],
  ['store_unavailable', 'The store does not answer (store_unavailable).'],
  ['store_rejected', 'The store answers and refuses (store_rejected): a full disk, missing rights.'],
])(
  'says of a server whose store is broken by %s whether the store is away or refuses',
  async (word, text) => {
    const [first] = await checkServer(notReadyFor(word), null);
    expect(first?.result).toBe('failed');
    expect(first?.advice).toBe(`${text} The log of the server has more.`);
  },
);
