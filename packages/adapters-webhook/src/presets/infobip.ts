import type { Preset } from './preset.ts';

const EACH_ID = 'messages.*.status.id';
const EACH_GROUP = 'messages.*.status.groupName';

/** Infobip, SMS API v3: the message id is ours, and a second message with the same one is refused. */
export const infobip: Preset = {
  base: null,
  path: '/sms/3/messages',
  contract: {
    body: {
      messages: [
        {
          sender: '{with.from}',
          destinations: [{ to: '{phoneNumber.digits}', messageId: '{id}' }],
          content: { text: '{content}' },
        },
      ],
    },
    accept: { status: 200, when: { path: EACH_GROUP, in: ['PENDING', 'DELIVERED'] } },
    reject: [
      // The id was seen before: the first one was taken.
      { status: 200, when: { path: EACH_ID, in: ['23'] }, as: 'accepted' },
      { status: 200, when: { path: EACH_ID, in: ['12', '17', '19'] }, as: 'refusing' },
      { status: 200, when: { path: EACH_ID, in: ['21'] }, as: 'retryable', after: '10s' },
      {
        status: 200,
        when: { path: EACH_GROUP, in: ['REJECTED', 'UNDELIVERABLE', 'EXPIRED'] },
        as: 'permanent',
      },
      { status: '5xx', as: 'ambiguous' },
    ],
    messageId: 'messages.0.messageId',
  },
  blanks: { required: ['from'], optional: {} },
  auth: { kind: 'header', example: '{ kind: header, name: authorization, value: "App {env.INFOBIP_KEY}" }' },
  webhookHeaders: false,
  repeats: 'recognised',
};
