import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { type Incoming, ReceiverError, WebhookVerifier } from '../src/index.ts';
import { NOW, OTHER_SECRET, SECRET, signed } from './sender.ts';

const BODIES = [
  '',
  '{}',
  '{"to":"+905551111111","content":"ığüşöç 📦\\n"}',
  'no json at all',
  'x'.repeat(70_000),
];

const verifier = new WebhookVerifier({ secrets: [SECRET], now: () => NOW });

function changed(incoming: Incoming, headers: Record<string, string | undefined>): Incoming {
  // These tests make their headers as records.
  return { ...incoming, headers: { ...(incoming.headers as Record<string, string>), ...headers } };
}

function oracleVerifies({ headers, rawBody }: Incoming, secret: string = SECRET): boolean {
  try {
    new Webhook(secret).verify(Buffer.from(rawBody), headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

describe('compared with the standardwebhooks package', () => {
  test('verifies what it signs', () => {
    const now = Date.now();
    for (const body of BODIES) {
      const at = new Date(now);
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(now / 1_000)),
        'webhook-signature': new Webhook(SECRET).sign('msg_1', at, body),
      };
      const verdict = new WebhookVerifier({ secrets: [SECRET] }).verify({
        headers,
        rawBody: Buffer.from(body),
      });
      expect(verdict).toMatchObject({ kind: 'verified', delivery: { id: 'msg_1' } });
      if (verdict.kind === 'verified') expect(verdict.delivery.text()).toBe(body);
    }
  });

  test('verifies and refuses the same requests as it does', () => {
    const at = Date.now();
    const ours = new WebhookVerifier({ secrets: [SECRET], now: () => at });
    const right = signed('{"a":1}', { at });
    const requests: Readonly<Record<string, Incoming>> = {
      right,
      'another body': { ...right, rawBody: Buffer.from('{"a":2}') },
      'another id': changed(right, { 'webhook-id': 'msg_2' }),
      'another second': changed(right, { 'webhook-timestamp': String(Math.floor(at / 1_000) + 1) }),
      'another secret': signed('{"a":1}', { at, secret: OTHER_SECRET }),
      'no id': changed(right, { 'webhook-id': undefined }),
      'no timestamp': changed(right, { 'webhook-timestamp': undefined }),
      'no signature': changed(right, { 'webhook-signature': undefined }),
      'a timestamp that is none': changed(right, { 'webhook-timestamp': 'now' }),
      'a signature without its version': changed(right, {
        'webhook-signature': String(right.headers['webhook-signature']).slice(3),
      }),
      'another version': changed(right, {
        'webhook-signature': `v2,${String(right.headers['webhook-signature']).slice(3)}`,
      }),
      'the right one behind others': changed(right, {
        'webhook-signature': `v1,AAAA v1a,BBBB nonsense v1, ${right.headers['webhook-signature']}`,
      }),
      'a signature cut short': changed(right, {
        'webhook-signature': String(right.headers['webhook-signature']).slice(0, -1),
      }),
      'six minutes ago': signed('{"a":1}', { at: at - 360_000 }),
      'in six minutes': signed('{"a":1}', { at: at + 360_000 }),
      'four minutes ago': signed('{"a":1}', { at: at - 240_000 }),
      'in four minutes': signed('{"a":1}', { at: at + 240_000 }),
    };
    const verified = Object.entries(requests).filter(
      ([, request]) => ours.verify(request).kind === 'verified',
    );
    const byOracle = Object.entries(requests).filter(([, request]) => oracleVerifies(request));
    expect(verified.map(([name]) => name)).toEqual(byOracle.map(([name]) => name));
    expect(verified.map(([name]) => name)).toEqual([
      'right',
      'the right one behind others',
      'four minutes ago',
      'in four minutes',
    ]);
  });
});

describe('WebhookVerifier', () => {
  test('takes headers of the web as those of Node', () => {
    const { headers, rawBody } = signed('{}');
    expect(verifier.verify({ headers: new Headers(headers), rawBody }).kind).toBe('verified');
  });

  test('knows each of several secrets while they are changed', () => {
    const both = new WebhookVerifier({ secrets: [OTHER_SECRET, SECRET], now: () => NOW });
    expect(both.verify(signed('{}')).kind).toBe('verified');
    expect(both.verify(signed('{}', { secret: OTHER_SECRET })).kind).toBe('verified');
    expect(verifier.verify(signed('{}', { secret: OTHER_SECRET }))).toEqual({
      kind: 'refused',
      reason: 'signature_mismatch',
    });
  });

  test('keeps to its tolerance to the second, either way', () => {
    const of = (at: number): unknown => {
      const verdict = verifier.verify(signed('{}', { at }));
      return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
    };
    expect(of(NOW - 300_000)).toBe('verified');
    expect(of(NOW - 301_000)).toBe('timestamp_too_old');
    expect(of(NOW + 300_000)).toBe('verified');
    expect(of(NOW + 301_000)).toBe('timestamp_too_new');
  });

  test('refuses an id with a full stop, with which one signature would fit two requests', () => {
    const at = Date.now();
    const second = String(Math.floor(at / 1_000));
    const { headers } = signed(`${second}.{}`, { id: 'a', at });
    const shifted = changed({ headers, rawBody: Buffer.from('{}') }, { 'webhook-id': `a.${second}` });
    expect(oracleVerifies(shifted)).toBe(true);
    expect(new WebhookVerifier({ secrets: [SECRET] }).verify(shifted)).toEqual({
      kind: 'refused',
      reason: 'invalid_id',
    });
  });

  test('refuses ids that are no visible ASCII, too long, or several joined', () => {
    for (const id of ['a b', 'a, a', 'ığ', 'x'.repeat(1_025), 'a\u0000']) {
      expect(verifier.verify(signed('{}', { id }))).toEqual({ kind: 'refused', reason: 'invalid_id' });
    }
    expect(verifier.verify(signed('{}', { id: 'x'.repeat(1_024) })).kind).toBe('verified');
  });

  test('refuses timestamps that are only read as numbers', () => {
    for (const timestamp of ['1e9', ' 1767323045', '1767323045x', '-1', '0x10', '1767323045.5']) {
      const verdict = verifier.verify(changed(signed('{}'), { 'webhook-timestamp': timestamp }));
      expect(verdict).toEqual({ kind: 'refused', reason: 'invalid_timestamp' });
    }
  });

  test('refuses secrets that are none, and repeats none of them', () => {
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [[], "secrets must name at least one, or be 'unsigned'"],
      [[SECRET, ''], 'secrets[1] is empty, is a private key (whsk_), or is not base64 after its prefix'],
      [
        ['whsec_no base64!'],
        'secrets[0] is empty, is a private key (whsk_), or is not base64 after its prefix',
      ],
    ];
    for (const [secrets, text] of wrong) {
      expect(() => new WebhookVerifier({ secrets })).toThrow(new ReceiverError('invalid_options', text));
    }
    expect(() => new WebhookVerifier({ secrets: [SECRET], toleranceMs: -1 })).toThrow(/toleranceMs/);
  });

  test('asks for nothing but an id where deliveries are not signed', () => {
    const unsigned = new WebhookVerifier({ secrets: 'unsigned' });
    const rawBody = Buffer.from('{}');
    expect(unsigned.verify({ headers: { 'webhook-id': 'a' }, rawBody })).toMatchObject({
      kind: 'verified',
      delivery: { id: 'a', sentAt: null },
    });
    expect(unsigned.verify({ headers: {}, rawBody })).toEqual({ kind: 'refused', reason: 'missing_headers' });
  });
});

// The example of the Standard Webhooks specification.
const EXAMPLE = {
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature':
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
  },
  rawBody: Buffer.from('{"test": 2432232314}'),
};
const PUBLIC_KEY = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';

describe('an ed25519 signature', () => {
  const at = { now: () => 1_614_265_330_000 };
  const asymmetric = new WebhookVerifier({ secrets: [PUBLIC_KEY], ...at });

  test('of the example of Standard Webhooks is verified with its public key', () => {
    expect(asymmetric.verify(EXAMPLE)).toMatchObject({ kind: 'verified' });
  });

  test('of another body, or of another version, is refused', () => {
    const refused = { kind: 'refused', reason: 'signature_mismatch' };
    expect(asymmetric.verify({ ...EXAMPLE, rawBody: Buffer.from('{"test": 2432232315}') })).toEqual(refused);
    const signature = EXAMPLE.headers['webhook-signature'].replace('v1a,', 'v1,');
    expect(asymmetric.verify(changed(EXAMPLE, { 'webhook-signature': signature }))).toEqual(refused);
    expect(asymmetric.verify(changed(EXAMPLE, { 'webhook-signature': 'v1a,AAAA' }))).toEqual(refused);
  });

  test('stands next to one of a secret, and either key verifies the request', () => {
    const right = signed('{"a":1}', { at: NOW });
    expect(
      new WebhookVerifier({ secrets: [PUBLIC_KEY, SECRET], now: () => NOW }).verify(right),
    ).toMatchObject({
      kind: 'verified',
    });
    expect(new WebhookVerifier({ secrets: [SECRET, PUBLIC_KEY], ...at }).verify(EXAMPLE)).toMatchObject({
      kind: 'verified',
    });
  });

  test('is not checked with a private key: that is the sender’s', () => {
    const make = (): unknown => new WebhookVerifier({ secrets: [PUBLIC_KEY.replace('whpk', 'whsk')] });
    expect(make).toThrow(/private key/);
  });
});
