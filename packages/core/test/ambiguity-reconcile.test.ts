import { describe, expect, test } from 'vitest';
import type { DeliveryReconciler, Reconciliation } from '../src/adapter.ts';
import { DEFAULT_RETRY_POLICY, type Message } from '../src/index.ts';
import { aStored, SECOND } from './support/builders.ts';
import { crash } from './support/crashed-holder.ts';
import { HTTP_500, TIMEOUT } from './support/scripted-sender.ts';
import { aWorld, type World } from './support/world.ts';

type Reply = Reconciliation | Error | (() => Promise<Reconciliation>);

/** Says what the test says, and keeps when it was asked. */
class ScriptedProvider implements DeliveryReconciler {
  readonly asked: { readonly id: string; readonly at: number }[] = [];
  now: () => number = () => 0;
  readonly #replies: Reply[];

  constructor(...replies: readonly Reply[]) {
    this.#replies = [...replies];
  }

  async reconcile(message: Message): Promise<Reconciliation> {
    this.asked.push({ id: message.id, at: this.now() });
    const reply = this.#replies.shift() ?? { kind: 'unsure' };
    if (reply instanceof Error) throw reply;
    return typeof reply === 'function' ? reply() : reply;
  }
}

function aReconcilingWorld(provider: ScriptedProvider, options = {}): World {
  const world = aWorld({ ambiguity: 'reconcile', intervalMs: SECOND, ...options }, { reconciler: provider });
  provider.now = () => world.clock.now();
  return world;
}

describe('reconcile', () => {
  test('asks no sooner than the send time-out after an ambiguous attempt', async () => {
    const provider = new ScriptedProvider({ kind: 'unsure' });
    const world = aReconcilingWorld(provider);
    world.sender.next(TIMEOUT);
    const id = await world.enqueueOne();
    const sentAt = world.clock.now();
    await world.start();
    await world.clock.advance(20 * SECOND);
    expect(provider.asked).toEqual([{ id, at: sentAt + 15 * SECOND }]);
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'outcome_unknown', attempts: 1 });
    expect(world.sender.calls).toHaveLength(1);
    await world.stopped();
  });

  test('acks what was delivered and does not repeat it', async () => {
    const provider = new ScriptedProvider({ kind: 'delivered', webhookMessageId: 'w', sentAt: 42 });
    const world = aReconcilingWorld(provider);
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    const result = await world.dispatcher.dispatchOnce();
    expect(result).toMatchObject({ report: { recalled: 1, sent: 0 } });
    expect(world.stored(id)).toMatchObject({
      status: 'sent',
      webhookMessageId: 'w',
      sentAt: 42,
      attempts: 1,
    });
    expect(world.sender.calls).toEqual([]);
    expect(world.log.of('message.settled')).toMatchObject([{ recalled: true }]);
  });

  test('takes the moment of the answer where the provider does not know when', async () => {
    const world = aReconcilingWorld(new ScriptedProvider({ kind: 'delivered' }));
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.dispatcher.dispatchOnce();
    expect(world.stored(id)).toMatchObject({ webhookMessageId: null, sentAt: world.clock.now() });
  });

  test('sends again what the provider certainly does not have', async () => {
    const world = aReconcilingWorld(new ScriptedProvider({ kind: 'absent' }));
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.start();
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 2 });
    expect(world.sender.calls[0]?.context.attempt).toBe(2);
    await world.stopped();
  });

  test('has no doubt left after absent: a failure then is only a failure', async () => {
    const world = aReconcilingWorld(new ScriptedProvider({ kind: 'absent' }));
    world.sender.next(HTTP_500);
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.dispatcher.dispatchOnce();
    expect(world.stored(id)).toMatchObject({ status: 'unsent', inDoubt: false, reason: 'http_500' });
  });

  test('gives up what is absent and has no attempt left, or has expired meanwhile', async () => {
    const provider = new ScriptedProvider({ kind: 'absent' }, { kind: 'absent' });
    const world = aReconcilingWorld(provider, { retry: { ...DEFAULT_RETRY_POLICY, maxAttempts: 1 } });
    const usedUp = await world.enqueueOne({ content: 'used up' });
    await crash(world, { journals: true, begun: true });
    const expired = await world.enqueueOne({ content: 'expired', expiresAt: world.clock.now() + SECOND });
    world.repository.put(aStored({ ...world.stored(expired), inDoubt: true }));
    world.clock.set(world.clock.now() + SECOND);
    await world.dispatcher.dispatchOnce();
    expect(world.stored(usedUp)).toMatchObject({ status: 'failed', reason: 'attempts_used_up' });
    expect(world.stored(expired)).toMatchObject({ status: 'failed', reason: 'expired' });
    expect(world.sender.calls).toEqual([]);
  });

  test('asks again later when the provider cannot be asked, and counts no attempt', async () => {
    const provider = new ScriptedProvider(new Error('down'), new Error('down'), { kind: 'delivered' });
    const world = aReconcilingWorld(provider);
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    const from = world.clock.now();
    await world.start();
    expect(world.stored(id)).toMatchObject({
      status: 'unsent',
      inDoubt: true,
      attempts: 1,
      reason: 'reconciler_unavailable',
    });
    await world.clock.advance(40 * SECOND);
    expect(provider.asked.map(({ at }) => at - from)).toEqual([0, 15_000, 30_000]);
    expect(world.stored(id)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(world.log.of('reconciler.unavailable')).toHaveLength(2);
    await world.stopped();
  });

  test('takes a provider that does not answer in time for one that cannot be asked', async () => {
    const provider = new ScriptedProvider(() => new Promise(() => {}));
    const world = aReconcilingWorld(provider);
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.start();
    await world.clock.advance(15 * SECOND);
    expect(world.stored(id)).toMatchObject({
      status: 'unsent',
      reason: 'reconciler_unavailable',
      inDoubt: true,
    });
    await world.stopped();
    expect(world.clock.sleepers).toBe(0);
  });

  test.for<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an unknown kind', { kind: 'perhaps' }],
  ])('takes %s for a fault', async ([, rubbish]) => {
    // Broken on purpose: what a reconciler without types may answer.
    const provider = new ScriptedProvider(async () => rubbish as unknown as Reconciliation);
    const world = aReconcilingWorld(provider);
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    expect(await world.dispatcher.dispatchOnce()).toMatchObject({ report: { retried: 1 } });
    expect(world.stored(id)).toMatchObject({
      status: 'unsent',
      reason: 'reconciler_unavailable',
      inDoubt: true,
    });
  });

  test('does not ask about what had not begun', async () => {
    const provider = new ScriptedProvider();
    const world = aReconcilingWorld(provider);
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: false });
    await world.start();
    expect(provider.asked).toEqual([]);
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test('asks about what a process lost that did not journal', async () => {
    const provider = new ScriptedProvider({ kind: 'unsure' });
    const world = aReconcilingWorld(provider);
    const id = await world.enqueueOne();
    await crash(world, { journals: false });
    await world.start();
    expect(provider.asked).toMatchObject([{ id }]);
    expect(world.stored(id).status).toBe('unknown');
    await world.stopped();
  });

  test('ends in unknown without asking after twenty lost leases', async () => {
    const provider = new ScriptedProvider({ kind: 'absent' });
    const world = aReconcilingWorld(provider);
    const id = await world.enqueueOne();
    for (let n = 0; n < 20; n += 1) await crash(world, { journals: true, begun: true });
    await world.start();
    expect(provider.asked).toEqual([]);
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'lease_lost_too_often' });
    await world.stopped();
  });

  test('lets a question that is under way at the stop be answered', async () => {
    const reply = Promise.withResolvers<Reconciliation>();
    const world = aReconcilingWorld(new ScriptedProvider(() => reply.promise));
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.start();
    world.dispatcher.stop();
    reply.resolve({ kind: 'delivered' });
    await world.settle();
    expect(world.stored(id).status).toBe('sent');
    expect(world.dispatcher.status().state).toBe('stopped');
  });

  test('gives back, still in doubt, what is absent when nothing may begin any more', async () => {
    const reply = Promise.withResolvers<Reconciliation>();
    const world = aReconcilingWorld(new ScriptedProvider(() => reply.promise));
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.start();
    world.dispatcher.stop();
    reply.resolve({ kind: 'absent' });
    await world.settle();
    expect(world.sender.calls).toEqual([]);
    expect(world.stored(id)).toMatchObject({ status: 'unsent', lease: null, inDoubt: true });
  });

  test('gives back, still in doubt, what the provider has not answered at the drain deadline', async () => {
    const world = aReconcilingWorld(new ScriptedProvider(() => new Promise(() => {})), {
      drainDeadlineMs: SECOND,
    });
    const id = await world.enqueueOne();
    await crash(world, { journals: true, begun: true });
    await world.start();
    world.dispatcher.stop();
    await world.clock.advance(SECOND);
    expect(world.dispatcher.status().state).toBe('stopped');
    expect(world.stored(id)).toMatchObject({
      status: 'unsent',
      lease: null,
      inDoubt: true,
      reason: null,
    });
    expect(world.clock.sleepers).toBe(0);
  });
});
