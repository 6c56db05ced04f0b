import { webhookSenderContract, webhookWireFormatContract } from '../src/index.ts';
import { senderAlsoFails } from './doubles/also-fails/sender-also-fails.ts';
import { wireFormatAlsoFails } from './doubles/also-fails/wire-format-also-fails.ts';
import { registerDoubles } from './doubles/register-doubles.ts';
import { answerDoubles } from './doubles/webhook/answer-doubles.ts';
import { bodyDoubles } from './doubles/webhook/body-doubles.ts';
import { conductDoubles, senderHarnessDoubles } from './doubles/webhook/conduct-doubles.ts';
import { senderFaultDoubles } from './doubles/webhook/fault-doubles.ts';
import { retryAfterDoubles } from './doubles/webhook/retry-after-doubles.ts';
import { wireFormatDoubles } from './doubles/wire-format/wire-format-doubles.ts';

registerDoubles(
  'a broken WebhookSender:',
  webhookSenderContract,
  {
    ...senderHarnessDoubles,
    ...answerDoubles,
    ...bodyDoubles,
    ...retryAfterDoubles,
    ...senderFaultDoubles,
    ...conductDoubles,
  },
  {
    alsoFails: senderAlsoFails,
    mostFailing: 5,
    keepsTime: true,
    alone: [
      'gives up a call that gets no answer by the time-out that it states',
      'takes an answer that arrived in time for one, although the process was held up until the time was over',
      'makes twenty calls at the same time',
      'delivers the messages of twenty racing callers once each',
    ],
  },
);

registerDoubles('a broken wire format:', webhookWireFormatContract, wireFormatDoubles, {
  alsoFails: wireFormatAlsoFails,
  mostFailing: 2,
});
