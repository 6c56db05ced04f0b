import { validTraceparent } from '@messaging-system/core/adapter';
import type { WebhookWireFormatHarness } from '../../../src/index.ts';
import { REFERENCE_PARTS } from '../../webhook/sender-parts.ts';
import type { Doubles } from '../register-doubles.ts';
import { wrongPart } from '../webhook/sender-double.ts';

export const wireFormatDoubles: Doubles<WebhookWireFormatHarness> = {
  'posts a JSON body of exactly to and content': wrongPart('a body with the id in it', {
    body: ({ id, phoneNumber, content }) => JSON.stringify({ id, to: phoneNumber, content }),
  }),

  'carries texts of any script as they are': wrongPart('a body of normalised texts', {
    body: (message) => REFERENCE_PARTS.body({ ...message, content: message.content.normalize('NFC') }),
  }),

  'authenticates with its key in x-ins-auth-key': wrongPart('a key in another header', {
    headers: (message, attempt, body, config) => {
      const { 'x-ins-auth-key': key, ...headers } = REFERENCE_PARTS.headers(message, attempt, body, config);
      return { ...headers, authorization: `Bearer ${key}` };
    },
  }),

  'names the message in webhook-id, the same for every attempt': wrongPart('a webhook-id of the attempt', {
    headers: (message, attempt, body, config) =>
      REFERENCE_PARTS.headers({ ...message, id: `${message.id}-${attempt}` }, attempt, body, config),
  }),

  'tells the time of the attempt in webhook-timestamp, in seconds': wrongPart('a timestamp in milliseconds', {
    headers: (message, attempt, body, config) => ({
      ...REFERENCE_PARTS.headers(message, attempt, body, config),
      'webhook-timestamp': String(Date.now()),
    }),
  }),

  'signs id, timestamp and body with each of its secrets, and not at all without one': wrongPart(
    'a signature by the newest secret only',
    {
      headers: (message, attempt, body, config) =>
        REFERENCE_PARTS.headers(message, attempt, body, {
          ...config,
          signingSecrets: config.signingSecrets.slice(0, 1),
        }),
    },
  ),

  "hands on the trace in traceparent: the attempt's span, else the message's, else none": wrongPart(
    'a traceparent of the message at every attempt',
    { traceparent: ({ traceparent }) => validTraceparent(traceparent) },
  ),

  'sends no traceparent that is invalid': wrongPart('a traceparent sent as it comes', {
    traceparent: (message, context) => context.traceparent ?? message.traceparent,
  }),
};
