import { StoreUnavailableError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { accepted, createWorld, enqueued, START, settled } from './support/world.ts';

const NEVER = () => new Promise<never>(() => undefined);

describe('GET /processor', () => {
  test('has the headers that the host gave for it, and no other route has them', async () => {
    const { app } = createWorld({ apiKeys: ['key'], processorHeaders: { 'messaging-store': 'a.db' } });
    const ask = async (path: string, init = {}): Promise<string | null> =>
      (await app.request(path, init)).headers.get('messaging-store');
    const headers = { authorization: 'Bearer key' };
    expect(await ask('/processor', { headers })).toBe('a.db');
    expect(await ask('/messages', { headers })).toBeNull();
    expect(await ask('/processor')).toBeNull();
  });

  test('answers the state of the process and the counts of the store', async () => {
    const world = createWorld();
    await settled(world, accepted());
    await enqueued(world);
    await world.clock.advance(1500);
    world.dispatcher.says = {
      state: 'running',
      breaker: { state: 'closed', failures: 3 },
      pausedUntil: START + 5000,
      leased: 4,
      inFlight: 2,
      lastClaimAt: START + 1000,
      storeFault: null,
      failure: null,
      clockOffsetMs: -70,
      pace: { batchSize: 2, intervalMs: 120_000, drain: false, nextAt: START + 9000 },
    };
    const answer = await world.call('/processor');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      state: 'running',
      counts: {
        unsent: { count: 1, exact: true },
        sent: { count: 1, exact: true },
        failed: { count: 0, exact: true },
        unknown: { count: 0, exact: true },
        cancelled: { count: 0, exact: true },
      },
      oldestDueAgeMs: 1500,
      breaker: { state: 'closed', failures: 3 },
      pausedUntil: '2030-01-01T00:00:05.000Z',
      leased: 4,
      inFlight: 2,
      lastClaimAt: '2030-01-01T00:00:01.000Z',
      storeFault: null,
      failure: null,
      clockOffsetMs: -70,
      pace: { batchSize: 2, intervalMs: 120_000, drain: false, nextAt: '2030-01-01T00:00:09.000Z' },
      workers: null,
    });
  });

  test('answers how many workers there should be and how many there are', async () => {
    const world = createWorld();
    const workers = { wanted: 3, alive: 2, restarts: 7, eventsDropped: 1 };
    world.dispatcher.says = { ...world.dispatcher.says, workers };
    expect((await world.call('/processor')).body).toMatchObject({ workers });
  });

  test.each([
    [
      { state: 'open', reason: 'http_503', until: START + 30_000 } as const,
      { state: 'open', reason: 'http_503', until: '2030-01-01T00:00:30.000Z' },
    ],
    [
      { state: 'open', reason: 'http_410', until: null } as const,
      { state: 'open', reason: 'http_410', until: null },
    ],
    [
      { state: 'closed', failures: 1, reason: 'http_401' } as const,
      { state: 'closed', failures: 1, reason: 'http_401' },
    ],
    [{ state: 'probing', reason: 'http_503' } as const, { state: 'probing', reason: 'http_503' }],
  ])('shows the breaker %o', async (breaker, shown) => {
    const world = createWorld();
    world.dispatcher.says = { ...world.dispatcher.says, breaker };
    expect((await world.call('/processor')).body).toMatchObject({ breaker: shown });
  });

  test('answers 200 without counts while the store is down, and names the fault', async () => {
    const world = createWorld({
      store: { counts: () => Promise.reject(new StoreUnavailableError('mongodb://u:p@host refused')) },
    });
    const answer = await world.call('/processor');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      state: 'stopped',
      counts: null,
      oldestDueAgeMs: null,
      storeFault: 'store_unavailable',
    });
    expect(answer.text).not.toContain('mongodb');
  });

  test('does not wait for a store that hangs', async () => {
    const world = createWorld({ store: { nextDueAt: NEVER } });
    await world.call('/healthz');
    const answering = world.call('/processor');
    await world.clock.advance(2000);
    expect((await answering).body).toMatchObject({ counts: null, storeFault: 'store_unavailable' });
  });

  test("passes on the dispatcher's own fault", async () => {
    const world = createWorld();
    world.dispatcher.says = { ...world.dispatcher.says, storeFault: 'store_rejected' };
    expect((await world.call('/processor')).body).toMatchObject({ storeFault: 'store_rejected' });
  });

  test('answers 500 for an error that is not a fault of the store', async () => {
    const world = createWorld({ store: { counts: () => Promise.reject(new TypeError('a bug')) } });
    const answer = await world.call('/processor');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('a bug');
  });
});

describe('POST /processor/dispatch', () => {
  test('dispatches one batch and answers its report', async () => {
    const world = createWorld();
    const answer = await world.post('/processor/dispatch');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      claimed: 2,
      sent: 1,
      recalled: 0,
      retried: 1,
      failed: 0,
      unknown: 0,
      released: 0,
      lost: 0,
    });
    expect(world.dispatcher.calls).toEqual(['dispatchOnce']);
  });

  test('answers 409 while a batch is under way', async () => {
    const world = createWorld();
    world.dispatcher.result = { kind: 'busy' };
    const answer = await world.post('/processor/dispatch');
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'dispatch_in_progress' });
  });

  test('answers 409 with until when and why while claiming is paused', async () => {
    const world = createWorld();
    world.dispatcher.result = { kind: 'paused', reason: 'http_429', until: START + 1500 };
    const answer = await world.post('/processor/dispatch');
    expect(answer.status).toBe(409);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.body).toEqual({
      error: 'claiming is paused',
      code: 'claiming_paused',
      details: { reason: 'http_429', until: '2030-01-01T00:00:01.500Z' },
    });
  });

  test('says no time when only an operator can end the pause', async () => {
    const world = createWorld();
    world.dispatcher.result = { kind: 'paused', reason: 'http_410', until: null };
    const answer = await world.post('/processor/dispatch');
    expect(answer.headers.has('retry-after')).toBe(false);
    expect(answer.body).toMatchObject({ details: { reason: 'http_410', until: null } });
  });

  test('answers 503 when the store is down', async () => {
    const world = createWorld();
    world.dispatcher.result = new StoreUnavailableError('down');
    expect((await world.post('/processor/dispatch')).body).toMatchObject({ code: 'store_unavailable' });
  });
});
