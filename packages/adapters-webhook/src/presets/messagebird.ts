import type { Preset } from './preset.ts';

const EACH_CODE = 'errors.*.code';

/** MessageBird (Bird), the classic REST API for SMS. */
export const messagebird: Preset = {
  base: 'https://rest.messagebird.com',
  path: '/messages',
  contract: {
    body: {
      originator: '{with.from}',
      recipients: ['{phoneNumber.digits}'],
      body: '{content}',
      reference: '{id}',
      // `plain`, the vendor's default, replaces characters outside of the SMS alphabet.
      datacoding: 'auto',
    },
    accept: { status: 201 },
    reject: [
      { status: [400, 402, 422], when: { path: EACH_CODE, in: ['25'] }, as: 'refusing' },
      { status: [400, 402, 422], when: { path: EACH_CODE, in: ['99'] }, as: 'ambiguous' },
      { status: '5xx', as: 'ambiguous' },
    ],
    messageId: 'id',
  },
  blanks: { required: ['from'], optional: {} },
  auth: {
    kind: 'header',
    example: '{ kind: header, name: authorization, value: "AccessKey {env.MESSAGEBIRD_KEY}" }',
  },
  webhookHeaders: false,
  repeats: 'unrecognised',
};
