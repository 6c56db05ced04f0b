import type { SendOutcome, StopSignal } from '@messaging-system/core/adapter';
import type { WebhookWireFormatHarness } from '../../../src/index.ts';
import { openNodeHttpSender } from '../../webhook/node-http-harness.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { inFrontOf, wrongPart, wrongSender } from './sender-double.ts';

/** Hands a signal that never aborts to the reference where `ignores` says so. */
function ignoring(name: string, ignores: (signal: StopSignal) => boolean): Double<WebhookWireFormatHarness> {
  return inFrontOf(name, (reference) => (message, context) => {
    const signal = ignores(context.signal) ? new AbortController().signal : context.signal;
    return reference.send(message, { ...context, signal });
  });
}

export const conductDoubles: Doubles<WebhookWireFormatHarness> = {
  'gives up a call that gets no answer by the time-out that it states': wrongSender(
    'a sender that takes longer than it states',
    {
      around: (reference) => ({
        timeoutMs: reference.timeoutMs / 3,
        send: (message, context) => reference.send(message, context),
      }),
    },
  ),

  'answers soon after its signal aborts: ambiguous, for the request has arrived': ignoring(
    'a sender that ignores an abort',
    (signal) => !signal.aborted && signal instanceof AbortSignal,
  ),

  'obeys a signal that is no AbortSignal': ignoring(
    'a sender that obeys AbortSignals only',
    (signal) => !signal.aborted && !(signal instanceof AbortSignal),
  ),

  'sends nothing when its signal has aborted before': ignoring(
    'a sender that does not look at its signal first',
    (signal) => signal.aborted,
  ),

  'ends no other call when one is aborted': inFrontOf('a sender with one abort for all', (reference) => {
    const all = new AbortController();
    return (message, context) => {
      context.signal.addEventListener('abort', () => all.abort());
      const signal = context.signal.aborted ? context.signal : all.signal;
      return reference.send(message, { ...context, signal });
    };
  }),

  'takes an answer that arrived in time for one, although the process was held up until the time was over':
    wrongPart('a sender that does not look into the socket before it gives up', {
      whenTimeIsUp: (end) => end(),
    }),

  'makes twenty calls at the same time': inFrontOf(
    'a sender that makes one call after the other',
    (reference) => {
      let last: Promise<unknown> = Promise.resolve();
      return (message, context) => {
        const sending = last.then(() => reference.send(message, context));
        last = sending.then(
          () => undefined,
          () => undefined,
        );
        return sending;
      };
    },
  ),

  'delivers the messages of twenty racing callers once each': inFrontOf(
    'a sender with one buffer for all',
    (reference) => {
      let buffer = '';
      return async (message, context): Promise<SendOutcome> => {
        buffer = message.content;
        await Promise.resolve();
        return reference.send({ ...message, content: buffer }, context);
      };
    },
  ),
};

export const senderHarnessDoubles: Doubles<WebhookWireFormatHarness> = {
  'the harness opens with a receiver that answers 200 and has received nothing': {
    name: 'a receiver that refuses until the test changes it',
    open: async () => {
      const harness = await openNodeHttpSender();
      await harness.behave({ kind: 'answer', status: 403 });
      return harness;
    },
  },

  'the harness opens a world of its own each time, and closing one leaves the others': {
    name: 'a receiver that is shared by all that are open',
    open: shareOpenReceiver(),
    concurrency: 1,
  },

  'the harness keeps the time-out below 500 ms': wrongSender('a time-out of 600 ms', {
    config: { timeoutMs: 600 },
  }),
};

function shareOpenReceiver(): () => Promise<WebhookWireFormatHarness> {
  let opened: WebhookWireFormatHarness | null = null;
  return async () => {
    if (opened !== null) return { ...opened, close: async () => undefined };
    const harness = await openNodeHttpSender();
    opened = {
      ...harness,
      close: async () => {
        opened = null;
        await harness.close();
      },
    };
    return opened;
  };
}
