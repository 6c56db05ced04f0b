import { expect, test } from 'vitest';
import { heldBack, noteHeldBack } from '../src/commands/note-held-back.ts';
import { MessagingApi } from '../src/connection/messaging-api.ts';
import { capturedOutput } from './captured-output.ts';

const UNTIL = '2030-01-01T00:00:00.000Z';
const WELL = {
  state: 'running',
  breaker: { state: 'closed', failures: 0 },
  pausedUntil: null,
} as const;

test.each([
  [
    'a stop for all',
    { deliveryStop: { at: UNTIL, by: 'ops' } },
    /stopped for all servers\. "start --all" ends/,
  ],
  ['a stopped processor', { state: 'stopped' }, /its processor is stopped\. "start" starts it/],
  [
    'an open breaker',
    { breaker: { state: 'open', reason: 'http_401', until: null } },
    /^This server delivers nothing yet: its breaker is open \(http_401\)\. When .* "start" tries one message at once\.$/,
  ],
  [
    'a pause',
    { pausedUntil: UNTIL },
    /^This server delivers nothing until 2030-01-01T00:00:00Z: .* "start" ends the pause\.$/,
  ],
] as const)('says that %s holds back what was redriven, and what ends it', (_, differences, text) => {
  expect(heldBack({ ...WELL, ...differences })).toMatch(text);
});

test('says nothing where deliveries go on, and of a processor that nobody asked', () => {
  expect(heldBack(WELL)).toBeNull();
  expect(heldBack({ ...WELL, breaker: { state: 'probing', reason: 'http_503' } })).toBeNull();
  expect(heldBack({})).toBeNull();
});

test.each<[string, () => Promise<Response>]>([
  ['no answer', () => Promise.reject(new TypeError('fetch failed'))],
  ['a key that is refused', async () => Response.json({ error: 'unauthorized' }, { status: 401 })],
  ['an answer of something else', async () => new Response('<html>')],
  [
    'a key that may not read',
    async () => Response.json({ error: 'x', code: 'insufficient_scope' }, { status: 403 }),
  ],
])('says nothing, and does not fail, on %s', async (_, fetch) => {
  const { output, written } = capturedOutput();
  const url = 'http://localhost';
  const api = new MessagingApi({ fetch, url, apiKey: null, keyOrigin: null, isDirect: false });
  await noteHeldBack(api, output);
  expect(written).toEqual({ out: '', err: '' });
});

const answeredBy =
  (differences: object): (() => Promise<Response>) =>
  async () =>
    Response.json({ ...WELL, ...differences });

test.each<[string, object, string]>([
  [
    'an open breaker',
    { breaker: { state: 'open', reason: 'http_500', until: UNTIL } },
    'one message is tried first',
  ],
  ['a probing breaker', { breaker: { state: 'probing', reason: 'http_500' } }, 'one message is tried first'],
  ['a stop for all', { deliveryStop: { at: UNTIL, by: 'ops' } }, '"start --all" ends that'],
])('says after a start what %s means for it', async (_, differences, text) => {
  const { output, written } = capturedOutput();
  const url = 'http://localhost';
  const fetch = answeredBy(differences);
  const api = new MessagingApi({ fetch, url, apiKey: null, keyOrigin: null, isDirect: false });
  await noteHeldBack(api, output, { afterStart: true });
  expect(written.err).toContain(text);
});

test('says nothing after a start whose processor has not started yet', async () => {
  const { output, written } = capturedOutput();
  const url = 'http://localhost';
  const fetch = answeredBy({ state: 'stopped' });
  const api = new MessagingApi({ fetch, url, apiKey: null, keyOrigin: null, isDirect: false });
  await noteHeldBack(api, output, { afterStart: true });
  expect(written).toEqual({ out: '', err: '' });
});
