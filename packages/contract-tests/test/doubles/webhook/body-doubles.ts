import { Buffer } from 'node:buffer';
import type { SendOutcome } from '@messaging-system/core/adapter';
import type { WebhookWireFormatHarness } from '../../../src/index.ts';
import { REFERENCE_PARTS, withMessageId } from '../../webhook/sender-parts.ts';
import type { Doubles } from '../register-doubles.ts';
import { wrongPart } from './sender-double.ts';

const UNREADABLE: SendOutcome = { kind: 'ambiguous', reason: 'unreadable_answer' };

export const bodyDoubles: Doubles<WebhookWireFormatHarness> = {
  'returns the messageId of a JSON answer as webhookMessageId': wrongPart('a sender that drops long ids', {
    withBody: (answer, body) =>
      withMessageId(answer, (id) => (typeof id === 'string' && id.length < 36 ? id : undefined), body),
  }),

  'accepts without an id when the answer names none': wrongPart('a sender that makes an id of none', {
    withBody: (answer, body) => withMessageId(answer, (id) => (typeof id === 'string' ? id : ''), body),
  }),

  'accepts with a text for an id, or with none, when the messageId is not a text': wrongPart(
    'a sender that hands on whatever the messageId is',
    {
      // The mistake: a parsed value is taken for a text.
      withBody: (answer, body) =>
        withMessageId(answer, (id) => (id ?? undefined) as string | undefined, body),
    },
  ),

  'accepts although the body is broken JSON': wrongPart('a sender that takes a page for a failure', {
    withBody: (answer, body) =>
      body.toString().startsWith('<') ? UNREADABLE : REFERENCE_PARTS.withBody(answer, body),
  }),

  'accepts although the body is not UTF-8': wrongPart('a sender that insists on UTF-8', {
    withBody: (answer, body) => {
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(body);
        return REFERENCE_PARTS.withBody(answer, body);
      } catch {
        return UNREADABLE;
      }
    },
  }),

  'accepts although the body is 5 MB long': wrongPart('a sender that takes a long answer for a failure', {
    withBody: (answer, body) =>
      answer.kind === 'accepted' && body.length > 64 * 1024
        ? UNREADABLE
        : REFERENCE_PARTS.withBody(answer, body),
  }),

  'reads no more of an endless body than a small cap': wrongPart('a sender that reads to the end', {
    readBody: async (response) => {
      // It keeps little, and yet it reads on.
      let last = Buffer.alloc(0);
      for await (const chunk of response) last = chunk;
      return last;
    },
  }),

  'accepts although the body stops in the middle': wrongPart('a swallowed time-out in the body', {
    timeout: (answer) => (answer === undefined ? REFERENCE_PARTS.timeout(answer) : null),
  }),

  'accepts although the connection is reset in the body': wrongPart('a sender that needs the whole answer', {
    withBrokenBody: (answer) => (answer.kind === 'accepted' ? UNREADABLE : answer),
  }),

  'goes by the status line of a refusal too, whatever its body does': wrongPart(
    'a sender that needs the whole refusal',
    { timeout: (answer) => (answer?.kind === 'retryable' ? UNREADABLE : REFERENCE_PARTS.timeout(answer)) },
  ),
};
