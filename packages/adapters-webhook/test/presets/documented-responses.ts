import type { PresetName } from '../../src/index.ts';

/** The meaning of a response for the message. */
export type Class = 'accepted' | 'permanent' | 'slow down' | 'retryable' | 'account' | 'gone' | 'ambiguous';

/** One response that a provider documents, and what it means. The pages about providers are generated from these. */
export interface DocumentedResponse {
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly means: string;
  readonly class: Class;
}

const AFTER_2S = { 'retry-after': '2' };

function each<Item>(
  items: readonly Item[],
  make: (item: Item) => DocumentedResponse,
): readonly DocumentedResponse[] {
  return items.map(make);
}

const WEBHOOK: readonly DocumentedResponse[] = [
  { status: 202, means: 'taken', class: 'accepted' },
  { status: 400, means: 'a wrong request', class: 'permanent' },
  ...each([301, 401, 403, 404], (status) => ({
    status,
    means: 'about the address or the credentials',
    class: 'account' as const,
  })),
  { status: 410, means: 'the address is retired', class: 'gone' },
  { status: 429, headers: AFTER_2S, means: 'too many requests', class: 'slow down' },
  { status: 500, means: 'an error of the receiver', class: 'retryable' },
  { status: 504, means: 'a gateway got no response', class: 'ambiguous' },
];

const twilio = (status: number, code: number, means: string, as: Class): DocumentedResponse => ({
  status,
  body: { code, message: 'an error', more_info: 'https://www.twilio.com/docs/errors', status },
  means,
  class: as,
});

const vonage = (statuses: readonly string[], means: string, as: Class): DocumentedResponse => ({
  status: 200,
  body: { 'message-count': String(statuses.length), messages: statuses.map((status) => ({ status })) },
  means,
  class: as,
});

const infobip = (id: number, groupName: string, means: string, as: Class): DocumentedResponse => ({
  status: 200,
  body: { messages: [{ messageId: 'm', status: { id, groupName } }] },
  means,
  class: as,
});

const messagebird = (status: number, code: number, means: string, as: Class): DocumentedResponse => ({
  status,
  body: { errors: [{ code, description: 'an error', parameter: null }] },
  means,
  class: as,
});

const netgsm = (status: number, code: string, means: string, as: Class): DocumentedResponse => ({
  status,
  body: { code, jobid: status === 200 ? '1' : null, description: '' },
  means,
  class: as,
});

const unknown = (statuses: readonly number[]): readonly DocumentedResponse[] =>
  each(statuses, (status) => ({
    status,
    means: 'nobody knows whether it was taken',
    class: 'ambiguous' as const,
  }));

export const DOCUMENTED: Readonly<Record<PresetName, readonly DocumentedResponse[]>> = {
  'go-service': WEBHOOK,
  'standard-webhooks': WEBHOOK,
  twilio: [
    { status: 201, body: { sid: 'SM1', status: 'queued' }, means: 'taken', class: 'accepted' },
    ...each([21211, 21604, 21610, 21612, 21614, 21408, 21606, 21608, 21617, 21699], (code) =>
      twilio(400, code, 'about this message', 'permanent'),
    ),
    ...each([400, 403, 422], (status) => twilio(status, 21611, "the sender's queue is full", 'slow down')),
    twilio(400, 63038, 'the limit of the day', 'slow down'),
    twilio(429, 20429, 'too many requests', 'retryable'),
    { ...twilio(429, 20429, 'too many requests, with Retry-After', 'slow down'), headers: AFTER_2S },
    twilio(401, 20003, 'wrong credentials', 'account'),
    twilio(403, 20003, 'not allowed', 'account'),
    twilio(404, 20404, 'no such account', 'account'),
    twilio(500, 20500, 'an error of Twilio: a repeat can send twice', 'ambiguous'),
    twilio(503, 20503, 'not available', 'ambiguous'),
    ...unknown([502, 504]),
  ],
  vonage: [
    vonage(['0'], 'taken', 'accepted'),
    vonage(['0', '0'], 'all parts taken', 'accepted'),
    vonage(['0', '1'], 'some parts taken', 'ambiguous'),
    vonage(['3', '0'], 'some parts taken', 'ambiguous'),
    ...each(['1', '10'], (code) => vonage([code], 'too fast', 'slow down')),
    ...each(['2', '4', '8', '9', '11', '14'], (code) => vonage([code], 'about the account', 'account')),
    ...each(['3', '6', '7', '12', '15', '22', '23', '29', '32', '33'], (code) =>
      vonage([code], 'about this message', 'permanent'),
    ),
    vonage(['5'], 'an error of Vonage', 'ambiguous'),
    vonage(['77'], 'a status that is not documented', 'ambiguous'),
    ...unknown([500, 502, 503]),
  ],
  infobip: [
    ...each([3, 7, 26], (id) => infobip(id, 'PENDING', 'taken', 'accepted')),
    ...each([2, 5], (id) => infobip(id, 'DELIVERED', 'taken', 'accepted')),
    infobip(23, 'REJECTED', 'this id was taken before', 'accepted'),
    ...each([12, 17, 19], (id) => infobip(id, 'REJECTED', 'about the account', 'account')),
    infobip(20, 'REJECTED', 'too many to this number', 'permanent'),
    infobip(21, 'REJECTED', 'an error, to be tried again', 'slow down'),
    ...each([6, 8, 10, 11, 13, 14, 18, 24, 25, 51, 52, 87, 100], (id) =>
      infobip(id, 'REJECTED', 'about this message', 'permanent'),
    ),
    ...each([4, 9, 31], (id) => infobip(id, 'UNDELIVERABLE', 'about this message', 'permanent')),
    ...each([15, 29], (id) => infobip(id, 'EXPIRED', 'about this message', 'permanent')),
    { status: 400, body: { errorCode: 'E400' }, means: 'a wrong request', class: 'permanent' },
    { status: 401, body: { errorCode: 'E401' }, means: 'wrong credentials', class: 'account' },
    { status: 403, body: { errorCode: 'E403' }, means: 'not allowed', class: 'account' },
    {
      status: 429,
      body: { errorCode: 'E429' },
      headers: AFTER_2S,
      means: 'too many requests',
      class: 'slow down',
    },
    ...unknown([500, 503]),
  ],
  messagebird: [
    { status: 201, body: { id: 'm' }, means: 'taken', class: 'accepted' },
    messagebird(401, 2, 'wrong key', 'account'),
    ...each([402, 422], (status) => messagebird(status, 25, 'no balance', 'account')),
    ...each([9, 10, 21], (code) => messagebird(422, code, 'about this message', 'permanent')),
    messagebird(404, 20, 'wrong path', 'account'),
    { status: 429, headers: AFTER_2S, means: 'too many requests', class: 'slow down' },
    messagebird(422, 99, 'an error of MessageBird', 'ambiguous'),
    ...unknown([500, 502]),
  ],
  netgsm: [
    ...each(['00', '01', '02'], (code) => netgsm(200, code, 'taken', 'accepted')),
    ...each(['20', '50', '51', '70'], (code) => netgsm(406, code, 'about this message', 'permanent')),
    ...each(['30', '40'], (code) => netgsm(406, code, 'about the account', 'account')),
    { status: 401, means: 'wrong credentials', class: 'account' },
    ...each(['80', '85'], (code) => netgsm(406, code, 'too fast', 'slow down')),
    ...each(['100', '101'], (code) => netgsm(406, code, 'an error of Netgsm', 'ambiguous')),
    netgsm(200, '30', 'wrong credentials, with a 200', 'account'),
    ...unknown([500, 503]),
  ],
  slack: [
    { status: 200, body: 'ok', means: 'posted', class: 'accepted' },
    { status: 200, body: 'not ok', means: 'a text that is not documented', class: 'ambiguous' },
    ...each(['invalid_payload', 'user_not_found', 'no_text', 'too_many_attachments'], (body) => ({
      status: 400,
      body,
      means: 'about this message',
      class: 'permanent' as const,
    })),
    { status: 403, body: 'action_prohibited', means: 'not allowed', class: 'account' },
    ...each(['channel_not_found', 'no_service', 'no_team'], (body) => ({
      status: 404,
      body,
      means: 'about the address',
      class: 'account' as const,
    })),
    { status: 410, body: 'channel_is_archived', means: 'the channel is archived', class: 'gone' },
    { status: 429, headers: AFTER_2S, means: 'too many requests', class: 'slow down' },
    { status: 500, body: 'rollup_error', means: 'nobody knows whether it was posted', class: 'ambiguous' },
    ...unknown([502, 503]),
  ],
};
