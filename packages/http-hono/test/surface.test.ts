import { StoreUnavailableError } from '@messaging-system/core';
import type { MessageRepository } from '@messaging-system/core/adapter';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SandboxReceiver } from '../src/index.ts';
import { anyRequest, requestOf } from './support/any-request.ts';
import { DocumentedAnswers } from './support/documented-answers.ts';
import { accepted, createWorld, enqueued, givenUp, leased, settled } from './support/world.ts';

// FUZZ multiplies the cases; docs/security.md says how.
const FACTOR = Math.max(1, Number(process.env.FUZZ ?? 1));

/** A store with a message in several statuses and one under a lease. */
async function inhabited() {
  const sandbox = new SandboxReceiver({ clock: createWorld().clock });
  const world = createWorld({ sandbox, limits: { maxBodyBytes: 2000, maxBatch: 3 } });
  const inFlight = await enqueued(world);
  await leased(world);
  const sent = await settled(world, accepted());
  const failed = await settled(world, givenUp);
  const unsent = await enqueued(world, { idempotencyKey: 'k' });
  const ids = [inFlight, sent, failed, unsent].map(({ id }) => id);
  const documented = new DocumentedAnswers(await (await world.app.request('/openapi.json')).json());
  return { world, ids, documented };
}

type Inhabited = Awaited<ReturnType<typeof inhabited>>;

/** Asks whatever comes to mind; answers the statuses that were seen. */
async function askAnything({ world, ids, documented }: Inhabited, numRuns: number): Promise<Set<number>> {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(anyRequest(documented.document, ids), async (asked) => {
      const request = requestOf(asked);
      const response = await world.app.request(request);
      const text = await response.text();
      statuses.add(response.status);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('x-request-id')).toMatch(/^[\w\-=]{1,128}$/);
      if (request.method === 'HEAD') {
        expect(text).toBe('');
        return;
      }
      const { pathname } = new URL(request.url);
      const problem = documented.problemOf(request.method, pathname, response.status, JSON.parse(text));
      expect(problem).toBeUndefined();
    }),
    { numRuns },
  );
  return statuses;
}

test('whatever is asked, the answer is documented, in its shape, and no 5xx', {
  timeout: 120_000 * FACTOR,
}, async () => {
  const home = await inhabited();
  const statuses = await askAnything(home, 2000 * FACTOR);
  expect([...statuses].filter((status) => status >= 500)).toEqual([]);
  expect(home.world.faults).toEqual([]);
  // The requests are worth something only when they get past the first refusals.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 202, 400, 404, 405, 409, 413, 415]));
});

test('while the store is down, the only 5xx is the documented 503', {
  timeout: 120_000 * FACTOR,
}, async () => {
  const home = await inhabited();
  const down = () => Promise.reject(new StoreUnavailableError('down'));
  const operations: readonly (keyof MessageRepository)[] = [
    'insert',
    'findById',
    'list',
    'counts',
    'nextDueAt',
    'cancel',
    'redrive',
    'redriveMatching',
    'erase',
  ];
  Object.assign(home.world.repository, Object.fromEntries(operations.map((operation) => [operation, down])));
  const statuses = await askAnything(home, 500 * FACTOR);
  expect([...statuses].filter((status) => status >= 500)).toEqual([503]);
});
