import type { WebhookWireFormatHarness } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { classifies, inFrontOf } from './sender-double.ts';

const REASON = 'misread';

export const answerDoubles: Doubles<WebhookWireFormatHarness> = {
  'accepts on any 2xx': classifies('a sender that accepts 200 only', (status) =>
    status > 200 && status < 300 ? { kind: 'permanent', reason: REASON } : undefined,
  ),

  'calls a redirect permanent and does not follow it': inFrontOf(
    'a sender that follows redirects',
    (reference, { url }) =>
      async (message, context) => {
        const outcome = await reference.send(message, context);
        const isRedirect = outcome.kind === 'permanent' && /^http_30[12378]$/.test(outcome.reason);
        if (isRedirect) await fetch(`${url}/elsewhere`, { redirect: 'manual' });
        return outcome;
      },
  ),

  'calls every 3xx permanent, and it is the endpoint that refuses': classifies(
    'a sender that takes 308 for the fault of the message',
    (status) => (status === 308 ? { kind: 'permanent', reason: REASON } : undefined),
  ),

  'calls 408, 425 and 429 retryable': classifies('a sender that gives up at 425', (status) =>
    status === 425 ? { kind: 'permanent', reason: REASON } : undefined,
  ),

  'calls 500, 503 and every other 5xx retryable with which nothing was accepted': classifies(
    'a sender that gives up at 501',
    (status) => (status === 501 ? { kind: 'permanent', reason: REASON } : undefined),
  ),

  'calls 502, 504, 520, 524 and 598 ambiguous, for what stands behind the gateway may have accepted':
    classifies('a sender that takes 524 for not sent', (status) =>
      status === 524 ? { kind: 'retryable', reason: REASON } : undefined,
    ),

  'calls every other 4xx permanent, and it is about the message': classifies(
    'a sender that tries again after 422',
    (status) => (status === 422 ? { kind: 'retryable', reason: REASON } : undefined),
  ),

  'calls 401, 403 and 404 permanent, and it is the endpoint that refuses': classifies(
    'a sender that takes 401 for the fault of the message',
    (status) => (status === 401 ? { kind: 'permanent', reason: REASON } : undefined),
  ),

  'calls 410 permanent, and the endpoint is gone': classifies(
    'a sender that takes 410 for a refusal',
    (status) => (status === 410 ? { kind: 'permanent', reason: REASON, endpoint: 'refusing' } : undefined),
  ),

  'survives statuses that no list knows': inFrontOf(
    'a sender that throws at a status beyond 599',
    (reference) => async (message, context) => {
      const outcome = await reference.send(message, context);
      if ('reason' in outcome && /^http_[6-9]/.test(outcome.reason)) throw new RangeError(outcome.reason);
      return outcome;
    },
  ),
};
