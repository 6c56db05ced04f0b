import type { EnqueueRequest, Messages } from '@messaging-system/core';
import type { NewMessage } from '@messaging-system/core/adapter';
import type { Action } from './plan/disturbance.ts';
import type { PlannedMessage } from './plan/world-plan.ts';
import { PRUNED_AFTER_MS } from './process/linked-repository.ts';
import { EPOCH } from './process/simulated-clock.ts';
import type { SimulatedProcess } from './process/simulated-process.ts';
import type { WorldContext } from './world-context.ts';
import type { WorldStore } from './world-store.ts';

const PHONE = '+905551111111';
// How long a caller waits before it asks again for what it does not know to be stored.
const ASKS_AGAIN_MS = 400;
const GIVES_UP_MS = 3_000;

type ClientAction = Extract<
  Action,
  { readonly kind: 'enqueue' | 'cancel' | 'redrive' | 'redrive_matching' | 'prune' }
>;

/** The callers who enqueue and the operators, with a process of their own that never dies. */
export class Clients {
  readonly #world: WorldContext;
  readonly #process: SimulatedProcess;
  readonly #start: () => SimulatedProcess;
  #busy = 0;

  /** @param start makes another process of theirs, which is not up yet */
  constructor(world: WorldContext, process: SimulatedProcess, start: () => SimulatedProcess) {
    this.#world = world;
    this.#start = start;
    this.#process = process;
    process.boot();
    for (const index of world.plan.messages.keys()) world.calls.willName(content(index), `m${index}`);
  }

  /** Whether nothing of theirs is under way. */
  get isIdle(): boolean {
    return this.#busy === 0;
  }

  /** Stores what is there from the beginning, and schedules the rest. */
  async putFirst(store: WorldStore): Promise<void> {
    const { model, plan, scheduler, calls, trace } = this.#world;
    for (const [index, planned] of plan.messages.entries()) {
      if (planned.atMs > 0) {
        scheduler.after(planned.atMs, () => this.#enqueue(index, true));
      } else if (planned.origin === 'foreign' && store.putForeign !== undefined) {
        const texts = { phoneNumber: PHONE, content: content(index) };
        const id = await store.putForeign(texts);
        model.add(id, `m${index}`, texts);
        // As the Go service notes a message that the receiver refused: without an id. Somebody has set it back to unsent since.
        if (plan.cache && index % 2 === 0)
          await store.sentCache?.remember([{ id, webhookMessageId: null, sentAt: EPOCH }]);
      } else {
        const asked = newMessage(index, planned);
        const result = await store.repository.insert([asked]);
        if (result.kind === 'inserted')
          for (const { message } of result.items) model.add(message.id, calls.nameOf(asked), asked);
      }
      trace.add('world', () => `m${index} ${planned.origin} at ${planned.atMs}`);
    }
  }

  act(action: ClientAction & { readonly id: number }): void {
    this.#world.faults.fired.add(action.id);
    switch (action.kind) {
      case 'enqueue':
        this.#enqueue(action.message, false);
        return;
      case 'cancel':
        this.#ask('cancel', action.message, (messages, id) => messages.cancel([id]));
        return;
      case 'redrive':
        this.#ask('redrive', action.message, (messages, id) => messages.redrive([id]));
        return;
      case 'prune': {
        const pruner = this.#start();
        pruner.setClock(action.aheadMs);
        pruner.boot();
        this.#do('prune', (messages) => messages.prune(PRUNED_AFTER_MS), undefined, pruner);
        return;
      }
      case 'redrive_matching':
        this.#do(`redrive all ${action.status}`, (messages) =>
          messages.redriveMatching({ status: action.status }),
        );
    }
  }

  /** Their clock is off from the beginning. */
  setClock(fault: { readonly id: number; readonly byMs: number }): void {
    this.#world.faults.fired.add(fault.id);
    this.#process.setClock(fault.byMs);
  }

  redriveAll(): void {
    for (const status of ['failed', 'unknown'] as const)
      this.#do(`redrive all ${status}`, (messages) => messages.redriveMatching({ status }));
  }

  /** `persists`: asks again until it is known to be stored. */
  #enqueue(index: number | null, persists: boolean): void {
    const planned = index === null ? undefined : this.#world.plan.messages[index];
    if (index !== null && (planned === undefined || planned.origin !== 'enqueued')) return;
    const request: EnqueueRequest =
      index === null || planned === undefined
        ? { phoneNumber: PHONE, content: 'another one' }
        : requestOf(index, planned);
    this.#do(
      `enqueue ${index === null ? 'another' : `m${index}`}`,
      (messages) => messages.enqueue(request),
      () => {
        if (persists) this.#world.scheduler.after(ASKS_AGAIN_MS, () => this.#enqueue(index, true));
      },
    );
  }

  #ask(name: string, index: number, work: (messages: Messages, id: string) => Promise<unknown>): void {
    for (const message of this.#world.model.messages) {
      if (message.name === `m${index}`)
        this.#do(`${name} m${index}`, (messages) => work(messages, message.id));
    }
  }

  #do(
    name: string,
    work: (messages: Messages) => Promise<unknown>,
    failed: () => void = () => {},
    process: SimulatedProcess = this.#process,
  ): void {
    const { run, messages } = process;
    if (run === null || messages === null) return;
    run.resume(() => {
      this.#world.trace.add(run.name, () => name);
      this.#busy += 1;
      let isOpen = true;
      const end = (hasFailed: boolean): void => {
        if (!isOpen) return;
        isOpen = false;
        this.#busy -= 1;
        if (hasFailed) failed();
      };
      work(messages).then(
        () => end(false),
        () => end(true),
      );
      this.#world.scheduler.after(GIVES_UP_MS, () => end(true));
    });
  }
}

function content(index: number): string {
  return `message ${index}`;
}

function keyOf(index: number, planned: PlannedMessage): string | null {
  return planned.key ? `key-${index}` : null;
}

function requestOf(index: number, planned: PlannedMessage): EnqueueRequest {
  const { sendAfterMs, expiresAfterMs, atMs } = planned;
  const key = keyOf(index, planned);
  return {
    phoneNumber: PHONE,
    content: content(index),
    ...(key === null ? {} : { idempotencyKey: key }),
    ...(sendAfterMs === null ? {} : { sendAt: EPOCH + atMs + sendAfterMs }),
    ...(expiresAfterMs === null ? {} : { expiresAt: EPOCH + atMs + expiresAfterMs }),
  };
}

/** Past the checks of `Messages`, as an earlier release or another writer may have left it. */
function newMessage(index: number, planned: PlannedMessage): NewMessage {
  const request = requestOf(index, planned);
  return {
    phoneNumber: planned.origin === 'invalid' ? 'nobody' : PHONE,
    content: content(index),
    idempotencyKey: keyOf(index, planned),
    sendAt: request.sendAt ?? null,
    expiresAt: request.expiresAt ?? null,
    createdAt: EPOCH,
  };
}
