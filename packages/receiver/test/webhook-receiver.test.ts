import { describe, expect, test } from 'vitest';
import {
  type Begun,
  type Delivery,
  MemorySeenStore,
  ReceiverError,
  type SeenStore,
  WebhookReceiver,
} from '../src/index.ts';
import { aReceiver } from './receptions.ts';
import { RedisWorld, skipped, titled } from './redis-world.ts';
import { NOW, OTHER_SECRET, SECRET, signed } from './sender.ts';

const now = (): number => NOW;

/** Resolves by hand, to hold a handler at its work. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** A store of which one operation fails. */
function failing(operation: 'begin' | 'complete' | 'abandon', store: SeenStore): SeenStore {
  const fail = async (): Promise<never> => {
    throw new ReceiverError('seen_store_unavailable', 'gone');
  };
  return {
    begin: (id, options) => (operation === 'begin' ? fail() : store.begin(id, options)),
    complete: (id, token, options) =>
      operation === 'complete' ? fail() : store.complete(id, token, options),
    abandon: (id, token) => (operation === 'abandon' ? fail() : store.abandon(id, token)),
  };
}

describe('WebhookReceiver', () => {
  test('gives the handler the delivery as it was signed', async () => {
    const { receiver } = aReceiver({ now });
    const seen: Delivery[] = [];
    const body = '{ "to": "+905551111111",  "content": "ığ" }';
    await receiver.receive(signed(body), (delivery) => {
      seen.push(delivery);
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ id: 'msg_1', sentAt: NOW });
    expect(seen[0]?.text()).toBe(body);
    expect(seen[0]?.json()).toEqual({ to: '+905551111111', content: 'ığ' });
  });

  test('answers each copy as the first, and calls the handler once', async () => {
    const { receiver, events } = aReceiver({ now });
    let calls = 0;
    const handle = (): { messageId: string } => {
      calls += 1;
      return { messageId: `receipt-${calls}` };
    };
    const answers = [];
    // The copies of other attempts have other timestamps.
    for (const at of [NOW, NOW + 5_000, NOW + 60_000]) {
      answers.push(await receiver.receive(signed('{}', { at }), handle));
    }
    const answer = {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"messageId":"receipt-1"}',
    };
    expect(answers).toEqual([answer, answer, answer]);
    expect(calls).toBe(1);
    expect(events.map(({ kind }) => kind)).toEqual(['completed', 'copy_dropped', 'copy_dropped']);
  });

  test('answers an empty 200 where the handler gave no message id, each time', async () => {
    const { receiver } = aReceiver({ now });
    const answers = [
      await receiver.receive(signed('{}'), () => undefined),
      await receiver.receive(signed('{}'), () => ({ messageId: 'never' })),
    ];
    expect(answers).toEqual(Array(2).fill({ status: 200, headers: {}, body: '' }));
  });

  test('answers 425 to a copy while the handler is at work, and 200 after', async () => {
    const { receiver, events } = aReceiver({ now });
    const work = gate();
    let calls = 0;
    const handle = async (): Promise<void> => {
      calls += 1;
      await work.opened;
    };
    const first = receiver.receive(signed('{}'), handle);
    expect(await receiver.receive(signed('{}'), handle)).toMatchObject({ status: 425 });
    work.open();
    expect(await first).toMatchObject({ status: 200 });
    expect(await receiver.receive(signed('{}'), handle)).toMatchObject({ status: 200 });
    expect(calls).toBe(1);
    expect(events.map(({ kind }) => kind)).toEqual(['copy_deferred', 'completed', 'copy_dropped']);
  });

  test('gives the next copy to the handler again after it threw, and rejects with what it threw', async () => {
    const { receiver, events } = aReceiver({ now });
    const crash = new Error('out of paper');
    const thrown = receiver.receive(signed('{}'), () => {
      throw crash;
    });
    await expect(thrown).rejects.toBe(crash);
    expect(await receiver.receive(signed('{}'), () => ({ messageId: 'second' }))).toMatchObject({
      body: '{"messageId":"second"}',
    });
    expect(events.map(({ kind }) => kind)).toEqual(['abandoned', 'completed']);
  });

  test('remembers nothing of what the handler refused', async () => {
    const { receiver } = aReceiver({ now });
    expect(await receiver.receive(signed('{}'), () => ({ refuse: 422 }))).toMatchObject({ status: 422 });
    expect(await receiver.receive(signed('{}'), () => undefined)).toMatchObject({ status: 200 });
  });

  test('takes no success for a refusal', async () => {
    const { receiver } = aReceiver({ now });
    await expect(receiver.receive(signed('{}'), () => ({ refuse: 200 }))).rejects.toThrow(TypeError);
    // It is not remembered either.
    expect(await receiver.receive(signed('{}'), () => ({ messageId: 'a' }))).toMatchObject({
      body: '{"messageId":"a"}',
    });
  });

  test('loses nothing to a handler that never ends: after the lease the next copy is given out', async () => {
    let time = NOW;
    const seenStore = new MemorySeenStore({ now: () => time });
    // The process that dies is another one, with the same store.
    const dying = aReceiver({ now, seenStore, leaseMs: 5_000 });
    const forever = gate();
    const dead = dying.receiver.receive(signed('{}'), () => forever.opened);
    const { receiver } = aReceiver({ now, seenStore });
    time += 4_999;
    expect(await receiver.receive(signed('{}'), () => undefined)).toMatchObject({ status: 425 });
    time += 1;
    expect(await receiver.receive(signed('{}'), () => ({ messageId: 'rescued' }))).toMatchObject({
      status: 200,
    });

    // It was only slow: its token is stale, its result changes nothing, and an event reports it.
    forever.open();
    expect(await dead).toMatchObject({ status: 200 });
    expect(dying.events).toEqual([{ kind: 'lease_lost', id: 'msg_1' }]);
    expect(await receiver.receive(signed('{}'), () => undefined)).toMatchObject({
      body: '{"messageId":"rescued"}',
    });
  });

  test('refuses what is not signed right, without a look at the store', async () => {
    const { receiver, events } = aReceiver({ now, seenStore: failing('begin', new MemorySeenStore()) });
    const { rawBody } = signed('{}');
    const answers = [
      await receiver.receive(signed('{}', { secret: OTHER_SECRET }), () => undefined),
      await receiver.receive(signed('{}', { at: NOW - 301_000 }), () => undefined),
      await receiver.receive({ headers: {}, rawBody }, () => undefined),
      await receiver.receive(signed('{}', { id: 'a.b' }), () => undefined),
    ];
    expect(answers.map(({ status, body }) => [status, JSON.parse(body).code])).toEqual([
      [401, 'signature_mismatch'],
      [401, 'timestamp_too_old'],
      [401, 'missing_headers'],
      [400, 'invalid_id'],
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(Array(4).fill('refused'));
  });

  test('refuses a body beyond its limit', async () => {
    const { receiver } = aReceiver({ now, maxBodyBytes: 4 });
    expect(await receiver.receive(signed('12345'), () => undefined)).toMatchObject({ status: 413 });
    expect(await receiver.receive(signed('1234'), () => undefined)).toMatchObject({ status: 200 });
  });

  test('asks for another attempt while the store is away, and calls no handler', async () => {
    const { receiver, events } = aReceiver({ now, seenStore: failing('begin', new MemorySeenStore()) });
    let calls = 0;
    const answer = await receiver.receive(signed('{}'), () => {
      calls += 1;
    });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(calls).toBe(0);
    expect(events).toMatchObject([{ kind: 'store_failed', operation: 'begin', id: 'msg_1' }]);
  });

  test('says that it is done when that could not be stored, for it is', async () => {
    const { receiver, events } = aReceiver({ now, seenStore: failing('complete', new MemorySeenStore()) });
    expect(await receiver.receive(signed('{}'), () => ({ messageId: 'a' }))).toMatchObject({ status: 200 });
    expect(events).toMatchObject([{ kind: 'store_failed', operation: 'complete', id: 'msg_1' }]);
    // Until the lease ends at least, no copy gets through.
    expect(await receiver.receive(signed('{}'), () => undefined)).toMatchObject({ status: 425 });
  });

  test('rejects with what the handler threw also when its lease could not be given up', async () => {
    const { receiver, events } = aReceiver({ now, seenStore: failing('abandon', new MemorySeenStore()) });
    const crash = new Error('out of paper');
    const thrown = receiver.receive(signed('{}'), async () => {
      throw crash;
    });
    await expect(thrown).rejects.toBe(crash);
    expect(events).toMatchObject([{ kind: 'store_failed', operation: 'abandon', id: 'msg_1' }]);
  });

  test('hands its durations to the store', async () => {
    const asked: unknown[] = [];
    const seenStore: SeenStore = {
      begin: async (...args): Promise<Begun> => {
        asked.push(args);
        return { kind: 'begun', token: 't' };
      },
      complete: async (...args) => {
        asked.push(args);
        return 'completed';
      },
      abandon: async () => undefined,
    };
    await aReceiver({ now, seenStore, leaseMs: 7, keepMs: 11 }).receiver.receive(
      signed('{}'),
      () => undefined,
    );
    await aReceiver({ now, seenStore }).receiver.receive(signed('{}'), () => ({ messageId: 'm' }));
    expect(asked).toEqual([
      ['msg_1', { leaseMs: 7 }],
      ['msg_1', 't', { keepMs: 11, messageId: null }],
      ['msg_1', { leaseMs: 60_000 }],
      ['msg_1', 't', { keepMs: 604_800_000, messageId: 'm' }],
    ]);
  });

  test('goes on whatever its observer throws', async () => {
    const { receiver } = aReceiver({
      now,
      onEvent: () => {
        throw new Error('no disk');
      },
    });
    expect(await receiver.receive(signed('{}'), () => undefined)).toMatchObject({ status: 200 });
  });

  test('refuses options that can not be meant', () => {
    const seenStore = new MemorySeenStore();
    for (const option of ['leaseMs', 'keepMs', 'maxBodyBytes', 'toleranceMs']) {
      const options = { secrets: [SECRET], seenStore, [option]: -1 };
      expect(() => new WebhookReceiver(options)).toThrow(
        expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(option) }),
      );
    }
  });
});

async function raceCopies(seenStores: readonly SeenStore[]): Promise<void> {
  const receivers = seenStores.map((seenStore) => aReceiver({ now, seenStore }).receiver);
  const seen: string[] = [];
  const ids = Array.from({ length: 20 }, (_, n) => `msg_${n}`);
  const copies = ids.flatMap((id) => Array.from({ length: 25 }, (_, copy) => ({ id, copy })));
  const statuses = await Promise.all(
    copies.map(async ({ id, copy }) => {
      const receiver = receivers[copy % receivers.length] ?? aReceiver().receiver;
      const answer = await receiver.receive(signed('{}', { id }), (delivery) => {
        seen.push(delivery.id);
      });
      return answer.status;
    }),
  );
  expect(seen.sort()).toEqual([...ids].sort());
  expect(statuses.filter((status) => status !== 200 && status !== 425)).toEqual([]);
}

test('of twenty-five copies of each of twenty webhooks that race, one reaches the handler', async () => {
  await raceCopies([new MemorySeenStore()]);
});

test.skipIf(skipped !== null)(
  titled('of copies that race over two receivers and one Redis, one reaches a handler'),
  async () => {
    await using world = new RedisWorld();
    await raceCopies([world.store, world.another]);
  },
);
