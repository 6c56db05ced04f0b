import type { SendOutcome } from '@messaging-system/core/adapter';
import type { WebhookWireFormatHarness } from '../../../src/index.ts';
import { REFERENCE_PARTS } from '../../webhook/sender-parts.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { inFrontOf, wrongPart } from './sender-double.ts';

const NOT_SENT: SendOutcome = { kind: 'retryable', reason: 'not_sent' };

/** Takes a fault after the request for one before it. */
function takesForNotSent(
  name: string,
  isIt: (error: NodeJS.ErrnoException) => boolean,
): Double<WebhookWireFormatHarness> {
  return wrongPart(name, {
    fault: (phase, error) =>
      phase === 'connected' && isIt(error) ? NOT_SENT : REFERENCE_PARTS.fault(phase, error),
  });
}

export const senderFaultDoubles: Doubles<WebhookWireFormatHarness> = {
  'calls it ambiguous when no answer comes within the time-out': wrongPart(
    'a time-out that counts as not sent',
    {
      timeout: (answer) => answer ?? NOT_SENT,
    },
  ),

  'calls it ambiguous when the connection is reset after the request': takesForNotSent(
    'a reset that counts as not sent',
    ({ message }) => message === 'read ECONNRESET',
  ),

  'calls it ambiguous when the connection is closed without an answer': takesForNotSent(
    'a hang-up that counts as not sent',
    ({ message }) => message === 'socket hang up',
  ),

  'calls it ambiguous when the answer is not HTTP': takesForNotSent(
    'an answer that is not HTTP that counts as not sent',
    ({ code }) => code?.startsWith('HPE_') === true,
  ),

  'calls a refused connection retryable, for nothing was sent': wrongPart('a refusal that counts as sent', {
    fault: (_phase, { code }) => ({
      kind: 'ambiguous',
      reason: code === 'ECONNREFUSED' ? 'connection_refused' : 'connection_reset',
    }),
  }),

  'calls a connection that is refused to a pool in use retryable too': inFrontOf(
    'a refusal that counts as sent once a connection was made',
    (reference) => {
      let hasConnected = false;
      return async (message, context) => {
        const outcome = await reference.send(message, context);
        if (outcome.kind === 'retryable' && outcome.reason === 'connection_refused' && hasConnected) {
          return { kind: 'ambiguous', reason: outcome.reason };
        }
        hasConnected ||= outcome.kind === 'accepted';
        return outcome;
      };
    },
  ),

  'makes one request a call, whatever becomes of it': inFrontOf(
    'a sender that tries again by itself',
    (reference) => async (message, context) => {
      const outcome = await reference.send(message, context);
      const isTransient = outcome.kind === 'retryable' && outcome.reason === 'http_500';
      return isTransient ? reference.send(message, context) : outcome;
    },
  ),

  'is ready for the next call after every fault': inFrontOf(
    'a sender that a hang-up in the body poisons',
    (reference) => {
      let isPoisoned = false;
      return async (message, context) => {
        if (isPoisoned) return NOT_SENT;
        const outcome = await reference.send(message, context);
        isPoisoned = outcome.kind === 'ambiguous' && outcome.reason === 'broken_answer';
        return outcome;
      };
    },
  ),

  'names the same reason, a short word, for the same fault': inFrontOf(
    'a sender that numbers its reasons',
    (reference) => {
      let calls = 0;
      return async (message, context) => {
        calls += 1;
        const outcome = await reference.send(message, context);
        return outcome.kind === 'ambiguous' ? { ...outcome, reason: `${outcome.reason}_${calls}` } : outcome;
      };
    },
  ),
};
