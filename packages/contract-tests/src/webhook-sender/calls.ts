import assert from 'node:assert/strict';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Message } from '@messaging-system/core';
import type { SendOutcome, StopSignal } from '@messaging-system/core/adapter';
import { aMessage } from '../builders.ts';
import type { ReceiverBehaviour, WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import { until, within } from '../poll.ts';

// The time that a busy machine may take beyond the sender's own timeout.
const MARGIN_MS = 2_000;

/** How often a call may be late before it counts as the sender's doing. */
export const TRIES = 3;

/** How often a case is tried again because the machine was too busy for it. */
export const MOST_TRIES = 10;

// A late call is not counted if this process was held up for this part of the time-out. After `MOST_TRIES` the last result counts.
const HELD_UP = 1 / 6;

interface Call {
  readonly message?: Partial<Message>;
  readonly attempt?: number;
  readonly signal?: StopSignal;
  readonly traceparent?: string;
}

/** One call; fails when it rejects, or has not answered a while after the sender's own time-out. */
export async function send(harness: WebhookSenderHarness, call: Call = {}): Promise<SendOutcome> {
  const sending = harness.sender.send(aMessage(call.message), {
    attempt: call.attempt ?? 1,
    signal: call.signal ?? new AbortController().signal,
    ...(call.traceparent === undefined ? {} : { traceparent: call.traceparent }),
  });
  return within('the sender answers', sending, harness.sender.timeoutMs + MARGIN_MS);
}

/**
 * Makes the attempt again while it is late: a sender that waits for its time-out is late each time, a busy machine now and then. A call that was
 * late while this process was held up says nothing of the sender, and is not counted.
 */
export async function unlessLate<Result>(
  { sender: { timeoutMs } }: WebhookSenderHarness,
  attempt: () => Promise<Result>,
  isLate: (result: Result, tookMs: number) => boolean,
): Promise<Result> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  try {
    for (let late = 0, tries = 1; ; tries += 1) {
      delay.reset();
      const start = performance.now();
      const result = await attempt();
      if (!isLate(result, performance.now() - start)) return result;
      if (delay.max / 1e6 < timeoutMs * HELD_UP) late += 1;
      if (late === TRIES || tries === MOST_TRIES) return result;
    }
  } finally {
    delay.disable();
  }
}

/** One call to a receiver that answers at once. A busy machine may be later than the time-out: then the call is made again. */
export function sendAnswered(harness: WebhookSenderHarness, call: Call = {}): Promise<SendOutcome> {
  return unlessLate(
    harness,
    () => send(harness, call),
    (_, tookMs) => tookMs >= harness.sender.timeoutMs * 0.9,
  );
}

/** One call to a receiver that hangs, under way from the moment when its request has arrived. */
export async function sendUnderWay(
  harness: WebhookSenderHarness,
  call: Call,
): Promise<{ readonly outcome: Promise<SendOutcome> }> {
  return unlessLate(
    harness,
    async () => {
      const before = harness.received().length;
      let hasEnded = false;
      const end = (): void => {
        hasEnded = true;
      };
      const outcome = send(harness, call);
      void outcome.then(end, end);
      await until('the request arrives', () => hasEnded || harness.received().length > before);
      return { outcome, hasEnded };
    },
    ({ hasEnded }) => hasEnded,
  );
}

/** Where the status line comes without delay, whatever the body does. */
const ANSWERS_AT_ONCE: readonly ReceiverBehaviour['kind'][] = ['answer', 'endless_body', 'reset_in_body'];

/** Sets the receiver's behaviour and makes one call. */
export async function sendInto(
  harness: WebhookSenderHarness,
  behaviour: ReceiverBehaviour,
  call: Call = {},
): Promise<SendOutcome> {
  await harness.behave(behaviour);
  return ANSWERS_AT_ONCE.includes(behaviour.kind) ? sendAnswered(harness, call) : send(harness, call);
}

export function assertKind<Kind extends SendOutcome['kind']>(
  outcome: SendOutcome,
  kind: Kind,
  what: string | number = 'the call',
): asserts outcome is Extract<SendOutcome, { kind: Kind }> {
  assert.equal(outcome.kind, kind, `${what} is ${kind}, not ${outcome.kind}`);
}

/** Expects that `call` ends well before the sender's time-out would end it. */
export async function assertBeforeTimeout(
  harness: WebhookSenderHarness,
  call: () => Promise<void>,
): Promise<void> {
  const limitMs = harness.sender.timeoutMs * 0.75;
  const tookMs = await unlessLate(
    harness,
    async () => {
      const start = performance.now();
      await call();
      return performance.now() - start;
    },
    (took) => took >= limitMs,
  );
  assert.ok(
    tookMs < limitMs,
    `the call ends well before the time-out of ${harness.sender.timeoutMs} ms, not after ${tookMs} ms`,
  );
}
