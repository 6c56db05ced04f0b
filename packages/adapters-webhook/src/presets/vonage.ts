import type { Preset } from './preset.ts';

const ACCOUNT = ['2', '4', '8', '9', '11', '14'];
const PERMANENT = ['3', '6', '7', '12', '15', '22', '23', '29', '32', '33'];
const TOO_FAST = ['1', '10'];
const UNKNOWN = ['5'];
const EACH_STATUS = 'messages.*.status';

/** Vonage, SMS API: every response is a 200, with a status for each part of the text. */
export const vonage: Preset = {
  base: 'https://rest.nexmo.com',
  path: '/sms/json',
  contract: {
    encoding: 'form',
    body: {
      from: '{with.from}',
      to: '{phoneNumber.digits}',
      text: '{content}',
      type: '{with.type}',
      'client-ref': '{id}',
    },
    accept: { status: 200, when: { path: EACH_STATUS, in: ['0'] } },
    reject: [
      {
        // Some parts were taken and others not.
        status: 200,
        when: [
          { path: EACH_STATUS, in: ['0'] },
          { path: EACH_STATUS, in: [...ACCOUNT, ...PERMANENT, ...TOO_FAST, ...UNKNOWN] },
        ],
        as: 'ambiguous',
      },
      { status: 200, when: { path: EACH_STATUS, in: UNKNOWN }, as: 'ambiguous' },
      { status: 200, when: { path: EACH_STATUS, in: TOO_FAST }, as: 'retryable', after: '1s' },
      { status: 200, when: { path: EACH_STATUS, in: ACCOUNT }, as: 'refusing' },
      { status: 200, when: { path: EACH_STATUS, in: PERMANENT }, as: 'permanent' },
      { status: '5xx', as: 'ambiguous' },
    ],
    messageId: 'messages.0.message-id',
  },
  // With `text`, characters outside of the SMS alphabet are lost.
  blanks: { required: ['from'], optional: { type: 'unicode' } },
  auth: {
    kind: 'basic',
    example: '{ kind: basic, user: "your API key", password: "{env.VONAGE_API_SECRET}" }',
  },
  webhookHeaders: false,
  repeats: 'unrecognised',
};
