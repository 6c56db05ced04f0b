import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { SendOutcome, StopSignal } from '@messaging-system/core/adapter';
import type { Contract } from '../define-contract.ts';
import { HandMadeSignal } from '../hand-made-signal.ts';
import type { WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import {
  assertBeforeTimeout,
  assertKind,
  MOST_TRIES,
  send,
  sendAnswered,
  sendUnderWay,
  TRIES,
  unlessLate,
} from './calls.ts';

const CALLERS = 20;

async function assertObeys(
  harness: WebhookSenderHarness,
  makeSignal: () => { readonly signal: StopSignal; abort(): void },
): Promise<void> {
  await harness.behave({ kind: 'hang' });
  await assertBeforeTimeout(harness, async () => {
    const { signal, abort } = makeSignal();
    const { outcome } = await sendUnderWay(harness, { signal });
    abort();
    assertKind(await outcome, 'ambiguous');
  });
}

// Beyond its time-out, a sender reads what has arrived, and a busy machine takes its time.
const LATE = 2;

// How long before and after the end of the time-out this process does nothing.
const HELD_UP_FROM_MS = 20;
const HELD_UP_FOR_MS = 20;

/**
 * One call whose answer arrives while this process is held up, shortly before the time is up. The process goes on shortly after that, with the
 * answer in the socket and the time-out due. Null where a busy machine was late: the case did not come about.
 */
async function sendHeldUp(harness: WebhookSenderHarness): Promise<SendOutcome | null> {
  const held = Promise.withResolvers<() => void>();
  await harness.behave({ kind: 'held', onRequest: held.resolve });
  const start = performance.now();
  let hasEnded = false;
  const sending = send(harness).finally(() => {
    hasEnded = true;
  });
  const answer = await Promise.race([held.promise, sending.then(() => null)]);
  const left = (): number => start + harness.sender.timeoutMs - performance.now();
  if (answer !== null) await wait(left() - HELD_UP_FROM_MS);
  // From here on, timers that are due fire before sockets are read.
  await turn();
  if (answer === null || hasEnded || left() < 2) {
    answer?.();
    await sending;
    return null;
  }
  answer();
  while (left() > -HELD_UP_FOR_MS);
  return await sending;
}

/** How a sender behaves towards its callers. */
export const conductContract: Contract<WebhookSenderHarness> = {
  'gives up a call that gets no answer by the time-out that it states': async (harness) => {
    const { timeoutMs } = harness.sender;
    await harness.behave({ kind: 'hang' });
    const isLate = (tookMs: number): boolean => tookMs >= timeoutMs * LATE;
    const call = async (): Promise<number> => {
      const start = performance.now();
      await send(harness);
      return performance.now() - start;
    };
    const tookMs = await unlessLate(harness, call, isLate);
    assert.ok(!isLate(tookMs), `it states ${timeoutMs} ms and took ${tookMs} ms`);
  },

  'answers soon after its signal aborts: ambiguous, for the request has arrived': (harness) =>
    assertObeys(harness, () => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: () => controller.abort() };
    }),

  'obeys a signal that is no AbortSignal': (harness) =>
    assertObeys(harness, () => {
      const signal = new HandMadeSignal();
      return { signal, abort: () => signal.abort() };
    }),

  'sends nothing when its signal has aborted before': async (harness) => {
    const signal = new HandMadeSignal();
    signal.abort();
    await harness.behave({ kind: 'hang' });
    await assertBeforeTimeout(harness, async () => {
      for (const aborted of [AbortSignal.abort(), signal]) {
        const { kind } = await send(harness, { signal: aborted });
        assert.ok(kind === 'retryable' || kind === 'ambiguous', `what was not sent is not ${kind}`);
      }
    });
    await harness.behave({ kind: 'answer', status: 200 });
    let calls = 1;
    while ((await send(harness)).kind !== 'accepted' && calls < 3) calls += 1;
    assert.ok(harness.received().length <= calls, 'only the calls after them have arrived');
  },

  'ends no other call when one is aborted': async (harness) => {
    const controller = new AbortController();
    await harness.behave({ kind: 'hang' });
    const { outcome: aborted } = await sendUnderWay(harness, { signal: controller.signal });
    await harness.behave({ kind: 'answer', status: 200 });
    const other = sendAnswered(harness);
    controller.abort();
    assertKind(await aborted, 'ambiguous', 'the aborted call');
    assertKind(await other, 'accepted', 'the other call');
  },

  'takes an answer that arrived in time for one, although the process was held up until the time was over':
    async (harness) => {
      let outcome: SendOutcome | null = null;
      for (let tries = 0; outcome === null && tries < MOST_TRIES; tries += 1)
        outcome = await sendHeldUp(harness);
      assert.ok(outcome !== null, `the machine was too busy ${MOST_TRIES} times`);
      assertKind(outcome, 'accepted', 'the call whose answer waits in the socket');
    },

  'makes twenty calls at the same time': async (harness) => {
    await harness.behave({ kind: 'hang' });
    const seen: string[] = [];
    // A sender that calls one after the other takes a timeout for each, every time; a busy machine is late in many ways.
    let oneByOne = 0;
    while (seen.length < MOST_TRIES * TRIES && oneByOne < TRIES) {
      const before = harness.received().length;
      const start = performance.now();
      const outcomes = await Promise.all(Array.from({ length: CALLERS }, () => send(harness)));
      const timeouts = (performance.now() - start) / harness.sender.timeoutMs;
      const arrived = harness.received().length - before;
      const ambiguous = outcomes.filter(({ kind }) => kind === 'ambiguous').length;
      // A busy machine may not get them all on their way within one time-out.
      if (ambiguous === CALLERS && arrived === CALLERS && timeouts < CALLERS / 2) return;
      if (timeouts >= CALLERS / 2) oneByOne += 1;
      seen.push(`${ambiguous} ambiguous, ${arrived} arrived, in ${timeouts.toFixed(1)} time-outs`);
    }
    assert.fail(`twenty calls: ${seen.join('; ')}`);
  },

  'delivers the messages of twenty racing callers once each': async (harness) => {
    await harness.behave({ kind: 'answer', status: 200, body: '{"messageId":"one"}' });
    const sending = Array.from({ length: CALLERS }, (_, index) =>
      sendAnswered(harness, { message: { content: `message ${index}` }, attempt: index + 1 }),
    );
    for (const outcome of await Promise.all(sending)) {
      assert.deepEqual(outcome, { kind: 'accepted', webhookMessageId: 'one' });
    }
    const bodies = harness.received().map(({ body }) => body);
    assert.equal(new Set(bodies).size, CALLERS, 'each message arrives once');
  },
};
