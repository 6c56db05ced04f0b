import type { GivenResponse, SeenRequest } from '../contract-sender.ts';
import { json } from '../contract-sender.ts';

/** Answers as the provider documents: checks what it checks, and takes what it takes. */
export type Double = (request: SeenRequest) => GivenResponse;

const E164 = /^\+[1-9]\d{6,14}$/;
const DIGITS = /^[1-9]\d{6,14}$/;

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function isForm({ headers }: SeenRequest): boolean {
  return headers['content-type'] === 'application/x-www-form-urlencoded';
}

function jsonOf({ headers, body }: SeenRequest): Record<string, unknown> {
  if (headers['content-type'] !== 'application/json') return {};
  const value: unknown = JSON.parse(body);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export const ACCOUNT: string = `AC${'0'.repeat(32)}`;

export const twilioDouble: Double = (request) => {
  const refused = (status: number, code: number): GivenResponse =>
    json(status, { code, message: 'no', more_info: 'https://example.com', status });
  if (request.method !== 'POST' || request.url !== `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`)
    return refused(404, 20404);
  if (request.headers.authorization !== basic(ACCOUNT, 'the-auth-token')) return refused(401, 20003);
  if (!isForm(request)) return refused(400, 21602);
  const form = new URLSearchParams(request.body);
  if (!E164.test(form.get('To') ?? '')) return refused(400, 21211);
  if (form.has('From') === form.has('MessagingServiceSid') || form.get('From') === '')
    return refused(400, 21603);
  const text = form.get('Body') ?? '';
  if (text === '') return refused(400, 21602);
  if (text.length > 1_600) return refused(400, 21617);
  return json(201, { sid: `SM${'1'.repeat(32)}`, status: 'queued', error_code: null, num_segments: '1' });
};

export const vonageDouble: Double = (request) => {
  const status = (code: string, more: object = {}): GivenResponse =>
    json(200, { 'message-count': '1', messages: [{ status: code, 'error-text': 'no', ...more }] });
  if (request.method !== 'POST' || request.url !== '/sms/json') return { status: 404 };
  if (request.headers.authorization !== basic('abcd1234', 'the-api-secret')) return status('4');
  const form = new URLSearchParams(request.body);
  if (!isForm(request) || !form.has('from') || !form.has('text')) return status('2');
  if (!DIGITS.test(form.get('to') ?? '')) return status('3');
  if ((form.get('client-ref') ?? '').length > 40) return status('3');
  return status('0', { 'message-id': '0A0000000123ABCD1', to: form.get('to') });
};

export const infobipDouble: Double = (request) => {
  if (request.method !== 'POST' || request.url !== '/sms/3/messages') return json(404, { errorCode: 'E404' });
  if (request.headers.authorization !== 'App the-infobip-key') return json(401, { errorCode: 'E401' });
  const shape =
    /^\{"messages":\[\{"sender":"ACME","destinations":\[\{"to":"(\d+)","messageId":"([^"]+)"\}\],"content":\{"text":".+"\}\}\]\}$/;
  const [, to, messageId] = shape.exec(JSON.stringify(jsonOf(request))) ?? [];
  if (to === undefined) return json(400, { errorCode: 'E400', description: 'Bad request' });
  const status = { groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED' };
  return json(200, { bulkId: 'b', messages: [{ messageId, status, destination: to }] });
};

export const messagebirdDouble: Double = (request) => {
  const refused = (status: number, code: number): GivenResponse =>
    json(status, { errors: [{ code, description: 'no', parameter: null }] });
  if (request.method !== 'POST' || request.url !== '/messages') return refused(404, 20);
  if (request.headers.authorization !== 'AccessKey the-access-key') return refused(401, 2);
  const { originator, recipients, body, reference, datacoding } = jsonOf(request);
  if (!Array.isArray(recipients) || recipients.length !== 1 || !DIGITS.test(String(recipients[0])))
    return refused(422, 9);
  if (typeof originator !== 'string' || typeof body !== 'string' || body === '') return refused(422, 10);
  if (typeof reference !== 'string' || datacoding !== 'auto') return refused(422, 10);
  return json(201, {
    id: 'e8077d803532c0b5937c639b60216938',
    originator,
    body,
    reference,
    recipients: { totalCount: 1 },
  });
};

export const netgsmDouble: Double = (request) => {
  const refused = (code: string): GivenResponse => json(406, { code, jobid: null, description: 'no' });
  if (request.method !== 'POST' || request.url !== '/sms/rest/v2/send') return { status: 404 };
  if (request.headers.authorization !== basic('8500000000', 'the-password')) return refused('30');
  const { msgheader, messages, encoding, iysfilter } = jsonOf(request);
  if (msgheader !== 'ACME') return refused('40');
  const shape = /^\[\{"msg":".+","no":"90\d{10}"\}\]$/;
  if (!shape.test(JSON.stringify(messages)) || encoding !== 'TR' || iysfilter !== '0') return refused('70');
  return json(200, { code: '00', jobid: '17377215342605050417149344', description: 'queued' });
};

export const slackDouble: Double = (request) => {
  if (request.url !== '/services/T000/B000/the-secret-part') return { status: 404, body: 'no_service' };
  const { blocks, text } = jsonOf(request);
  const shape = /^\[\{"type":"section","text":\{"type":"plain_text","text":".+","emoji":false\}\}\]$/s;
  if (request.method !== 'POST' || text !== undefined || !shape.test(JSON.stringify(blocks)))
    return { status: 400, body: 'invalid_payload' };
  return { status: 200, headers: { 'content-type': 'text/html' }, body: 'ok' };
};

export const goServiceDouble: Double = (request) => {
  const { to, content, ...more } = jsonOf(request);
  const isRight = E164.test(String(to)) && typeof content === 'string' && Object.keys(more).length === 0;
  if (request.headers['webhook-id'] === undefined || !isRight) return json(400, { message: 'no' });
  return json(202, { message: 'Accepted', messageId: '67f2f8a8-ea58-4ed0-a6f9-ff217df4d849' });
};

export const standardWebhooksDouble: Double = (request) => {
  const signature = String(request.headers['webhook-signature'] ?? '');
  if (request.headers['content-type'] !== 'application/json' || !/^v1,/.test(signature))
    return { status: 400 };
  return { status: JSON.parse(request.body) === null ? 400 : 204 };
};
