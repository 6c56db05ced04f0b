import type { Preset } from './preset.ts';

/** Twilio, Programmable Messaging. */
export const twilio: Preset = {
  base: 'https://api.twilio.com',
  path: '/2010-04-01/Accounts/{with.account}/Messages.json',
  contract: {
    encoding: 'form',
    body: {
      To: '{phoneNumber}',
      From: '{with.from}',
      MessagingServiceSid: '{with.service}',
      Body: '{content}',
    },
    accept: { status: 201 },
    reject: [
      // The sender's queue is full, or the day's limit is reached. Their status is not documented, so the code decides.
      {
        status: [400, 403, 422],
        when: { path: 'code', in: ['21611', '63038'] },
        as: 'retryable',
        after: '1m',
      },
      { status: '5xx', as: 'ambiguous' },
    ],
    messageId: 'sid',
  },
  blanks: { required: ['account'], optional: {}, oneOf: ['from', 'service'] },
  auth: { kind: 'basic', example: '{ kind: basic, user: AC…, password: "{env.TWILIO_AUTH_TOKEN}" }' },
  webhookHeaders: false,
  repeats: 'unrecognised',
};
