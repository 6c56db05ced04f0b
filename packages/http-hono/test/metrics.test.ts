import { Dispatcher, Messages, StoreUnavailableError } from '@messaging-system/core';
import type { SendOutcome } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { createHttpApp, deliverySwitchOf } from '../src/index.ts';
import { PrometheusMetrics } from '../src/prometheus/index.ts';
import { PHONE, START } from './support/world.ts';

function measured(outcomes: readonly SendOutcome[] = [{ kind: 'accepted' }]) {
  const clock = new ManualClock(START);
  const repository = new InMemoryMessageRepository(new SeededRandom(1));
  const left = [...outcomes];
  const sender = {
    timeoutMs: 15_000,
    send: async (): Promise<SendOutcome> => {
      await clock.sleep(300);
      return left.shift() ?? { kind: 'accepted' };
    },
  };
  const metrics: PrometheusMetrics = new PrometheusMetrics({
    clock,
    dispatcher: () => dispatcher,
    messages: () => messages,
    deliverySwitch: () => deliverySwitchOf(repository),
    ofNode: false,
  });
  const messages = new Messages({ repository, clock, observer: metrics });
  const random = new SeededRandom(2);
  const dispatcher = new Dispatcher(
    { repository, sender, clock, random, observer: metrics },
    { batchSize: 10, concurrency: 10 },
  );
  const app = createHttpApp({ messages, dispatcher, clock, metrics, apiKeys: 'none' });
  const scrape = async (): Promise<string> => (await app.request('/metrics')).text();
  return { clock, repository, messages, dispatcher, app, scrape };
}

type Measured = ReturnType<typeof measured>;

async function delivered({ messages, dispatcher, clock }: Measured, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await messages.enqueue({ phoneNumber: PHONE, content: 'Hello' });
  }
  const dispatching = dispatcher.dispatchOnce();
  await clock.advance(1_000);
  await dispatching;
}

describe('GET /metrics', () => {
  test('counts messages and attempts by outcome, and measures sends', async () => {
    const world = measured([
      { kind: 'accepted' },
      { kind: 'permanent', reason: 'http_400' },
      { kind: 'retryable', reason: 'http_500' },
    ]);
    await delivered(world, 3);
    const lines = (await world.scrape()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'messaging_messages_settled_total{outcome="sent"} 1',
        'messaging_messages_settled_total{outcome="failed"} 1',
        'messaging_messages_settled_total{outcome="retried"} 1',
        'messaging_messages_settled_total{outcome="unknown"} 0',
        'messaging_attempts_total{outcome="retryable"} 1',
        'messaging_messages_claimed_total 3',
        'messaging_message_operations_total{operation="enqueued"} 3',
        'messaging_send_duration_seconds_sum{outcome="accepted"} 0.3',
        'messaging_send_duration_seconds_bucket{le="0.25",outcome="accepted"} 0',
        'messaging_send_duration_seconds_bucket{le="0.5",outcome="accepted"} 1',
        'messaging_message_attempts_count{outcome="sent"} 1',
        'messaging_claim_duration_seconds_count 1',
      ]),
    );
    expect(lines.some((line) => /^messaging_settle_duration_seconds_count [1-9]/.test(line))).toBe(true);
  });

  test('counts what sends meant by class, and no call for what could not be made into a request', async () => {
    const world = measured([
      { kind: 'permanent', reason: 'http_401', endpoint: 'refusing' },
      { kind: 'retryable', reason: 'http_429', busy: true },
      { kind: 'permanent', reason: 'missing_value', noRequest: true },
      { kind: 'ambiguous', reason: 'http_504' },
    ]);
    await delivered(world, 4);
    const lines = (await world.scrape()).split('\n');
    expect(lines.filter((line) => line.startsWith('messaging_outcomes_total'))).toEqual([
      'messaging_outcomes_total{class="accepted"} 0',
      'messaging_outcomes_total{class="retryable"} 0',
      'messaging_outcomes_total{class="busy"} 1',
      'messaging_outcomes_total{class="permanent"} 0',
      'messaging_outcomes_total{class="refusing"} 1',
      'messaging_outcomes_total{class="gone"} 0',
      'messaging_outcomes_total{class="ambiguous"} 1',
      'messaging_outcomes_total{class="no_request"} 1',
    ]);
    expect(lines).toContain('messaging_attempts_total{outcome="permanent"} 1');
    expect(lines).toContain('messaging_send_duration_seconds_count{outcome="permanent"} 1');
  });

  test('shows how processor, breaker and backlog stand', async () => {
    const world = measured();
    await world.messages.enqueue({ phoneNumber: PHONE, content: 'Hello' });
    await world.clock.advance(90_000);
    const lines = (await world.scrape()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'messaging_processor_state{state="stopped"} 1',
        'messaging_processor_state{state="running"} 0',
        'messaging_breaker_state{state="closed"} 1',
        'messaging_messages{status="unsent"} 1',
        'messaging_messages{status="failed"} 0',
        'messaging_oldest_due_age_seconds 90',
        'messaging_in_flight_messages 0',
        'messaging_store_up 1',
      ]),
    );
  });

  test('shows whether delivery is stopped for every server, which the state of the processor does not', async () => {
    const world = measured();
    expect(await world.scrape()).toContain('\nmessaging_delivery_stopped 0\n');
    await world.repository.stopDelivery({ at: world.clock.now(), by: 'ops' });
    await world.clock.advance(10_000);
    expect(await world.scrape()).toContain('\nmessaging_delivery_stopped 1\n');
    world.repository.deliveryStop = () => Promise.reject(new StoreUnavailableError('away'));
    await world.clock.advance(10_000);
    expect(await world.scrape()).toMatch(/\nmessaging_delivery_stopped nan\n/i);
  });

  test('shows how the workers stand where there are any', async () => {
    const { clock, messages, dispatcher, scrape: alone } = measured();
    expect(await alone()).not.toContain('messaging_workers{');
    let workers = { wanted: 3, alive: 2, restarts: 4, eventsDropped: 0 };
    const metrics = new PrometheusMetrics({
      clock,
      dispatcher: () => ({ status: () => ({ ...dispatcher.status(), workers }) }),
      messages: () => messages,
      ofNode: false,
    });
    await metrics.metrics();
    workers = { ...workers, alive: 3, restarts: 5 };
    expect((await metrics.metrics()).split('\n')).toEqual(
      expect.arrayContaining([
        'messaging_workers{state="wanted"} 3',
        'messaging_workers{state="alive"} 3',
        'messaging_worker_restarts_total 5',
        'messaging_worker_events_dropped_total 0',
      ]),
    );
  });

  test('asks the store once in ten seconds, whoever scrapes', async () => {
    const { clock, repository, scrape } = measured();
    let asked = 0;
    const counts = repository.counts.bind(repository);
    repository.counts = () => {
      asked += 1;
      return counts();
    };
    await Promise.all([scrape(), scrape()]);
    await scrape();
    expect(asked).toBe(1);
    await clock.advance(10_000);
    await scrape();
    expect(asked).toBe(2);
  });

  test('shows no figure of before while the store does not answer', async () => {
    const { clock, repository, scrape } = measured();
    await scrape();
    repository.counts = () => Promise.reject(new StoreUnavailableError('down'));
    await clock.advance(10_000);
    const text = await scrape();
    expect(text).toContain('messaging_store_up 0');
    expect(text).not.toContain('messaging_messages{');
    expect(text).toContain('messaging_oldest_due_age_seconds Nan');
  });

  test('is in the text format of Prometheus, with help and type for each, and has no label that a message could fill', async () => {
    const world = measured();
    await delivered(world, 2);
    const answer = await world.app.request('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await answer.text();
    const names = new Set(
      [...text.matchAll(/^(\w+?)(?:_bucket|_sum|_count)?(?:\{| )/gm)].map(([, name]) => name),
    );
    for (const name of names) expect(text).toContain(`# TYPE ${name} `);
    expect(names.size).toBeGreaterThan(20);
    const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label));
    expect([...labels].sort()).toEqual([
      'class',
      'dependency',
      'during',
      'le',
      'operation',
      'outcome',
      'state',
      'status',
      'via',
    ]);
    expect(text).not.toContain('555');
  });

  test('is not there unless it was given', async () => {
    const { messages, dispatcher, clock } = measured();
    const app = createHttpApp({ messages, dispatcher, clock, apiKeys: 'none' });
    expect((await app.request('/metrics')).status).toBe(404);
  });
});
