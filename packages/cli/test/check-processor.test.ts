import type { ProcessorJson } from '@messaging-system/http-hono';
import { expect, test } from 'vitest';
import { checkProcessor } from '../src/doctor/check-processor.ts';

const NONE = { count: 0, exact: true };
const WELL: ProcessorJson = {
  state: 'running',
  counts: { unsent: NONE, sent: NONE, failed: NONE, unknown: NONE, cancelled: NONE },
  oldestDueAgeMs: 0,
  breaker: { state: 'closed', failures: 0 },
  pausedUntil: null,
  leased: 0,
  inFlight: 0,
  lastClaimAt: null,
  storeFault: null,
  failure: null,
  clockOffsetMs: 0,
  pace: null,
  workers: null,
};

function found(differences: Partial<ProcessorJson>): readonly string[] {
  return [...checkProcessor({ ...WELL, ...differences })].map(
    ({ name, result, detail }) => `${result} ${name}: ${detail}`,
  );
}

test('finds nothing wrong with a server that delivers', () => {
  expect(found({})).toEqual(['ok processor: running']);
  expect(found({ oldestDueAgeMs: 60_000 })).toEqual(['ok processor: running']);
});

const WORKERS = { wanted: 4, alive: 2, restarts: 3, eventsDropped: 0 };

test.each<[Partial<ProcessorJson>, string]>([
  [{ breaker: { state: 'closed', failures: 1 } }, 'warning deliveries: the last one did not succeed'],
  [
    { breaker: { state: 'closed', failures: 1, reason: 'http_401' } },
    'warning deliveries: the last one did not succeed: http_401',
  ],
  [
    { breaker: { state: 'closed', failures: 3, reason: 'timeout' } },
    'failed deliveries: the last 3 did not succeed: timeout',
  ],
  [
    { breaker: { state: 'open', reason: 'http_410', until: null } },
    'failed deliveries: the breaker is open: http_410',
  ],
  [
    { breaker: { state: 'probing', reason: 'http_500' } },
    'failed deliveries: the breaker was open, and tries one: http_500',
  ],
  [{ oldestDueAgeMs: 600_400 }, 'warning queue: the oldest message that is due has been waiting for 10m'],
  [{ storeFault: 'store_unavailable', counts: null }, 'failed queue: the store of the server has a fault'],
  [{ workers: WORKERS }, 'warning workers: 2 of 4 are alive'],
])('says what is wrong with %j', (differences, text) => {
  expect(found(differences)).toEqual(['ok processor: running', expect.stringContaining(text)]);
});

test('says how many messages were given up, and how many nobody knows of', () => {
  const counts = {
    ...WELL.counts,
    failed: { count: 1_200, exact: false },
    unknown: { count: 1, exact: true },
  };
  expect(found({ counts: { unsent: NONE, sent: NONE, cancelled: NONE, ...counts } })).toEqual([
    'ok processor: running',
    'warning queue: at least 1,200 failed',
    'warning queue: 1 unknown',
  ]);
});

test.each<[string, RegExp]>([
  ['http_401', /client\.auth.*client\.apiKey.*redrive/],
  ['http_403', /client\.auth.*client\.apiKey.*redrive/],
  ['http_401_20003', /client\.auth.*redrive/],
  ['token_http_401', /client\.auth/],
  ['http_406_30', /messaging-system show/],
  ['http_404', /client\.url.*redrive/],
  ['http_410', /gone.*client\.url/],
  ['http_301', /redirect.*client\.url/],
  ['tls', /certificate/],
  ['dns', /client\.url.*DNS/],
  ['connection_refused', /Nothing listens/],
  ['address_refused', /client\.addressPolicy/],
  ['http_500', /log of the receiver.*messaging-system show ID/],
  ['timeout', /^The log of the receiver says why\.(?! "messaging-system show)/],
  ['unexpected_response', /does not recognise.*messaging-system show ID.*client\.accept/],
  ['unreadable_response', /does not recognise.*messaging-system show ID.*client\.accept/],
])(
  'says of deliveries that end with %s what to put right, before and after the breaker opens',
  (reason, advice) => {
    const breakers: readonly ProcessorJson['breaker'][] = [
      { state: 'closed', failures: 1, reason },
      { state: 'open', reason, until: null },
      { state: 'probing', reason },
    ];
    for (const breaker of breakers) {
      const check = [...checkProcessor({ ...WELL, breaker })].find(({ name }) => name === 'deliveries');
      expect(check?.advice).toMatch(advice);
    }
  },
);

test('names the settings of this receiver where they are known, and no others', () => {
  const breaker = { state: 'closed', failures: 1, reason: 'http_401' } as const;
  const [, check] = [...checkProcessor({ ...WELL, breaker }, 'client.auth (user and password)')];
  expect(check?.advice).toContain('check client.auth (user and password), restart the server');
  expect(check?.advice).not.toContain('apiKey');
});

test('says to ask the receiver before messages of unknown outcome are redriven', () => {
  const counts = { unsent: NONE, sent: NONE, cancelled: NONE, failed: NONE };
  const found = [...checkProcessor({ ...WELL, counts: { ...counts, unknown: { count: 2, exact: true } } })];
  expect(found.at(-1)?.advice).toMatch(/list --status unknown.*ask the receiver first.*only those/);
});

test('says where the reason of failures in a row stands when a server of an earlier version does not', () => {
  const breaker = { state: 'closed', failures: 2 } as const;
  expect(
    [...checkProcessor({ ...WELL, breaker })].find(({ name }) => name === 'deliveries')?.advice,
  ).toContain('"messaging-system list" has the reason with each message');
});

test('says of an open breaker that a start tries one message', () => {
  const breaker = { state: 'open', reason: 'http_500', until: null } as const;
  const check = [...checkProcessor({ ...WELL, breaker })].find(({ name }) => name === 'deliveries');
  expect(check?.advice).toMatch(
    /When it answers again, "messaging-system start" tries one message at once\.$/,
  );
});
