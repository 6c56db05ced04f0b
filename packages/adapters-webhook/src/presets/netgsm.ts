import type { Preset } from './preset.ts';

/** Netgsm, REST v2: errors are a 406 with the same shape, and the code decides. */
export const netgsm: Preset = {
  base: 'https://api.netgsm.com.tr',
  path: '/sms/rest/v2/send',
  contract: {
    body: {
      msgheader: '{with.header}',
      messages: [{ msg: '{content}', no: '{phoneNumber.digits}' }],
      encoding: '{with.encoding}',
      iysfilter: '{with.iys}',
      appname: '{with.app}',
      referansID: '{id}',
    },
    accept: { status: 200, when: { path: 'code', in: ['00', '01', '02'] } },
    reject: [
      { status: [200, 406], when: { path: 'code', in: ['20', '50', '51', '70'] }, as: 'permanent' },
      { status: [200, 406], when: { path: 'code', in: ['30', '40'] }, as: 'refusing' },
      { status: [200, 406], when: { path: 'code', in: ['80', '85'] }, as: 'retryable', after: '10s' },
      { status: [406, '5xx'], as: 'ambiguous' },
    ],
    messageId: 'jobid',
  },
  // İYS filter 0: information and codes, not campaigns.
  blanks: { required: ['header'], optional: { encoding: 'TR', iys: '0', app: null } },
  auth: { kind: 'basic', example: '{ kind: basic, user: "850…", password: "{env.NETGSM_PASSWORD}" }' },
  webhookHeaders: false,
  repeats: 'unrecognised',
};
