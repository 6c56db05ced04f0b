import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import type { Message, SendOutcome, StopSignal } from '@messaging-system/core';
import { aMessage } from '../builders.ts';
import type { ReceiverBehaviour, WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import { within } from '../poll.ts';

// What a busy machine may take beyond the sender's own time-out.
const MARGIN_MS = 2_000;

/** How often a busy machine may be late before it counts as the sender's doing. */
export const TRIES = 3;

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
  return within('the sender answers', sending, harness.timeoutMs + MARGIN_MS);
}

/** One call to a receiver that answers at once. A busy machine may be later than the time-out: then the call is made again. */
export async function sendAnswered(harness: WebhookSenderHarness, call: Call = {}): Promise<SendOutcome> {
  for (let tries = 1; ; tries += 1) {
    const start = performance.now();
    const outcome = await send(harness, call);
    const isLate = outcome.kind !== 'accepted' && performance.now() - start >= harness.timeoutMs * 0.9;
    if (!isLate || tries === TRIES) return outcome;
  }
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

/** Sets one status after the other and expects the same answer to each. */
export async function assertEachStatus(
  harness: WebhookSenderHarness,
  statuses: readonly number[],
  check: (outcome: SendOutcome, status: number) => void,
): Promise<void> {
  for (const status of statuses) check(await sendInto(harness, { kind: 'answer', status }), status);
}

export function assertKind<Kind extends SendOutcome['kind']>(
  outcome: SendOutcome,
  kind: Kind,
  what: string | number = 'the call',
): asserts outcome is Extract<SendOutcome, { kind: Kind }> {
  assert.equal(outcome.kind, kind, `${what} is ${kind}, not ${outcome.kind}`);
}

/**
 * Expects that `call` ends well before the sender's time-out would end it. A busy machine may be late once: a sender that waits for its
 * time-out is late each time.
 */
export async function assertBeforeTimeout(
  harness: WebhookSenderHarness,
  call: () => Promise<void>,
): Promise<void> {
  const took: number[] = [];
  while (took.length < TRIES) {
    const start = performance.now();
    await call();
    took.push(performance.now() - start);
    if ((took.at(-1) ?? 0) < harness.timeoutMs * 0.75) return;
  }
  assert.fail(
    `the call ends before the time-out of ${harness.timeoutMs} ms, not after ${took.join(', ')} ms`,
  );
}
