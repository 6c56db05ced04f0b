import { InvalidOptionsError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import type { WebhookSenderOptions } from '../src/index.ts';
import { SENDERS } from './senders.ts';

const URL_OK = 'https://receiver.example/hook';

function problemsOf(
  Sender: (typeof SENDERS)[number][1],
  options: Partial<WebhookSenderOptions>,
): readonly string[] {
  try {
    new Sender({ url: URL_OK, ...options });
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.problems;
    throw error;
  }
  return [];
}

describe.each(SENDERS)('options of %s', (_name, Sender) => {
  test('need nothing but a url', () => {
    expect(problemsOf(Sender, {})).toEqual([]);
    expect(problemsOf(Sender, { url: new URL(URL_OK) })).toEqual([]);
  });

  test('must be an object with known names, and no value is repeated', () => {
    for (const given of [undefined, 'https://receiver.example?token=s3cret', { uri: 'https://x?t=s3cret' }]) {
      // Without types anything can be given.
      const make = () => new Sender(given as unknown as WebhookSenderOptions);
      expect(make).toThrow(InvalidOptionsError);
      expect(make).toThrow(/^(options must be an object|unknown options: uri); known are url,/);
      expect(make).not.toThrow(/s3cret/);
    }
  });

  test.each<[string, Partial<WebhookSenderOptions>, RegExp]>([
    ['a url that is none', { url: 'receiver' }, /^url is not a URL/],
    ['an empty url', { url: '' }, /^url is not a URL/],
    ['another protocol', { url: 'ftp://receiver.example' }, /^url must begin with http/],
    [
      'credentials in the url',
      { url: 'https://user:pa55@receiver.example' },
      /^url must not carry a user name/,
    ],
    ['an empty key', { apiKey: '' }, /^apiKey is empty/],
    ['a key with a line break', { apiKey: 's3cret\n' }, /^apiKey has characters/],
    ['a key header that is no name', { apiKey: 'k', apiKeyHeader: 'x key' }, /^apiKeyHeader can't be/],
    ['a key header that is taken', { apiKey: 'k', apiKeyHeader: 'Webhook-Id' }, /^apiKeyHeader can't be/],
    [
      'a key header given twice',
      { apiKey: 'k', headers: { 'X-Ins-Auth-Key': 'j' } },
      /both set x-ins-auth-key/,
    ],
    ['a header that is no name', { headers: { 'a b': 'c' } }, /^headers has a name that is none/],
    [
      'a header of the protocol',
      { headers: { 'Content-Length': '3' } },
      /^headers must not have content-length/,
    ],
    [
      'a header that is signed',
      { headers: { 'webhook-timestamp': '3' } },
      /^headers must not have webhook-t/,
    ],
    ['the header of the trace', { headers: { Traceparent: 'x' } }, /^headers must not have traceparent/],
    ['a header value with a line break', { headers: { a: 's3cret\r\nb: c' } }, /^headers.a has characters/],
    ['fields without a name', { fields: { to: '' } }, /^fields must have names/],
    ['fields with one name', { fields: { to: 'content' } }, /^fields.to and fields.content must differ/],
    ['fields and buildBody', { fields: {}, buildBody: () => 1 }, /^fields and buildBody exclude/],
    ['no accepted status', { acceptedStatuses: [] }, /^acceptedStatuses must name/],
    ['a status that is none', { acceptedStatuses: [99] }, /^acceptedStatuses must be statuses/],
    ['an ambiguous status that is none', { ambiguousStatuses: [200] }, /^ambiguousStatuses must be statuses/],
    [
      'a status that is both',
      { acceptedStatuses: [202, 409], ambiguousStatuses: [409] },
      /^ambiguousStatuses and acceptedStatuses exclude each other, both have 409/,
    ],
    ['no time', { timeoutMs: 0 }, /^timeoutMs must be a whole number/],
    ['more time than a timer takes', { timeoutMs: 2 ** 31 }, /^timeoutMs must be a whole number/],
    ['no time at all', { timeoutMs: Number.NaN }, /^timeoutMs must be a whole number/],
    ['half a byte', { maxAnswerBytes: 0.5 }, /^maxAnswerBytes must be a whole number/],
    ['no connection', { connections: 0 }, /^connections must be a whole number/],
    ['an empty secret', { signingSecrets: ['whsec_MfKQ9r8G', ''] }, /^signingSecrets\[1\] is empty/],
    ['a secret without a key', { signingSecrets: ['whsec_'] }, /^signingSecrets\[0\] is empty/],
    [
      'a secret that is not base64',
      { signingSecrets: ['whsec_s3cret!'] },
      /^signingSecrets\[0\] is empty, or/,
    ],
    // @ts-expect-error: what a configuration file may hold.
    ['an unknown policy', { addressPolicy: 'none' }, /^addressPolicy must be one of any, public/],
  ])('refuse %s', (_what, options, problem) => {
    const problems = problemsOf(Sender, options);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  test('are refused with every problem at once', () => {
    expect(problemsOf(Sender, { url: 'x', apiKey: '', timeoutMs: -1, connections: 0 })).toHaveLength(4);
  });

  test('are refused without naming a secret', () => {
    const problems = problemsOf(Sender, {
      url: 'ftp://user:s3cret@receiver.example/s3cret?key=s3cret',
      apiKey: 's3cret\n',
      headers: { authorization: 's3cret\n' },
      signingSecrets: ['whsec_s3cret!'],
    });
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain('s3cret');
  });
});
