import { StoreUnavailableError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import type { HealthCheck, HealthReport } from '../src/index.ts';
import { createWorld } from './support/world.ts';

const UP: HealthReport = { ok: true };
const DOWN: HealthReport = { ok: false, detail: 'connection_refused' };

function check(required: boolean, answer: () => Promise<HealthReport>): HealthCheck {
  return { required, check: answer };
}

describe('GET /healthz', () => {
  test('answers 200 whatever the dependencies do', async () => {
    const world = createWorld({ health: { store: check(true, async () => DOWN) } });
    world.dispatcher.says = { ...world.dispatcher.says, state: 'draining' };
    const answer = await world.call('/healthz?probe=1');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok' });
  });
});

describe('GET /readyz', () => {
  test('answers 200 and each dependency by name when all answer', async () => {
    const world = createWorld({
      health: { store: check(true, async () => UP), sentCache: check(false, async () => UP) },
    });
    const answer = await world.call('/readyz');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      state: 'stopped',
      checks: { store: { ok: true, required: true }, sentCache: { ok: true, required: false } },
    });
  });

  test('names the workers where there are any, and is ready while they are being started again', async () => {
    const world = createWorld();
    const workers = { wanted: 3, alive: 0, restarts: 3, eventsDropped: 0 };
    world.dispatcher.says = { ...world.dispatcher.says, state: 'running', workers };
    const answer = await world.call('/readyz');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ state: 'running', checks: {}, workers });
  });

  test('answers 503 when something required is down', async () => {
    const world = createWorld({
      health: { store: check(true, async () => DOWN), sentCache: check(false, async () => UP) },
    });
    const answer = await world.call('/readyz');
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({
      error: 'not ready',
      code: 'not_ready',
      details: {
        state: 'stopped',
        checks: {
          store: { ok: false, required: true, detail: 'connection_refused' },
          sentCache: { ok: true, required: false },
        },
      },
    });
  });

  test('answers 200 when only the cache is down', async () => {
    const world = createWorld({ health: { sentCache: check(false, async () => DOWN) } });
    const answer = await world.call('/readyz');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ checks: { sentCache: { ok: false } } });
  });

  test.each([
    ['running', 200],
    ['stopped', 200],
    ['draining', 503],
  ] as const)('answers for a dispatcher that is %s with %i', async (state, status) => {
    const world = createWorld();
    world.dispatcher.says = { ...world.dispatcher.says, state };
    expect((await world.call('/readyz')).status).toBe(status);
  });

  test('answers 503 draining while the process shuts down, with a stopped dispatcher too', async () => {
    const world = createWorld({ isShuttingDown: () => true });
    const answer = await world.call('/readyz');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ details: { state: 'draining' } });
  });

  test.each([
    [
      'a fault',
      () => Promise.reject(new StoreUnavailableError('redis://:secret@10.0.0.7:6379')),
      'store_unavailable',
    ],
    ['any error', () => Promise.reject(new Error('mongodb://u:p@db:27017')), 'check_failed'],
    [
      'a throw before the promise',
      () => {
        throw new Error('mongodb://u:p@db:27017');
      },
      'check_failed',
    ],
  ])('shows of %s only a word', async (_, fail, detail) => {
    const world = createWorld({ health: { store: check(true, fail) } });
    const answer = await world.call('/readyz');
    expect(answer.body).toMatchObject({
      details: { checks: { store: { ok: false, required: true, detail } } },
    });
    expect(answer.text).not.toMatch(/secret|10\.0\.0\.7|mongodb/);
  });

  test.each(['redis://:secret@cache:6379', 'cache:6379', '10.0.0.7', 'db.internal', 'Down', ''])(
    'does not show the detail "%s", which is not a stable word',
    async (detail) => {
      const world = createWorld({ health: { store: check(true, async () => ({ ok: true, detail })) } });
      expect((await world.call('/readyz')).body).toMatchObject({
        checks: { store: { ok: true, required: true } },
      });
      expect((await world.call('/readyz')).text).not.toContain('"detail"');
    },
  );

  test('does not wait for a dependency that hangs', async () => {
    const world = createWorld({
      health: { store: check(true, () => new Promise(() => undefined)), other: check(true, async () => UP) },
    });
    await world.call('/healthz');
    const answering = world.call('/readyz');
    await world.clock.advance(2000);
    expect((await answering).body).toMatchObject({
      details: { checks: { store: { ok: false, detail: 'timeout' }, other: { ok: true } } },
    });
  });
});

describe('many who ask for /readyz', () => {
  test('share one check a second of each dependency', async () => {
    let asked = 0;
    const store = check(true, async () => {
      asked += 1;
      return UP;
    });
    const world = createWorld({ health: { store } });
    const ask = () => Promise.all(Array.from({ length: 50 }, () => world.call('/readyz')));
    for (const answer of await ask()) expect(answer.status).toBe(200);
    await world.clock.advance(999);
    await ask();
    expect(asked).toBe(1);
    await world.clock.advance(1);
    await ask();
    expect(asked).toBe(2);
  });

  test('see within a second that a dependency has failed, and that it is back', async () => {
    const answers: (() => Promise<HealthReport>)[] = [
      async () => UP,
      async () => Promise.reject(new StoreUnavailableError('connection_refused')),
      async () => UP,
    ];
    const world = createWorld({
      health: { store: check(true, async () => (answers.shift() ?? (async () => DOWN))()) },
    });
    const statuses: number[] = [];
    for (let second = 0; second < 3; second += 1) {
      statuses.push((await world.call('/readyz')).status);
      await world.clock.advance(1_000);
    }
    expect(statuses).toEqual([200, 503, 200]);
  });
});
