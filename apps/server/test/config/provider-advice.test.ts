import { expect, test } from 'vitest';
import { configurationOf } from '../../src/command-line-host.ts';
import { idInRequest } from '../../src/composition/preview-of.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const TWILIO = {
  CLIENT_PRESET: 'twilio',
  CLIENT_WITH: '{"account":"AC1","from":"+15550100"}',
  CLIENT_AUTH: '{"kind":"basic","user":"AC1","password":"a-password-of-an-account"}',
};
const HOOK = { CLIENT_URL: 'https://hooks.example/a' };

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['a preset with an account', TWILIO, 'client.auth (user and password)'],
  [
    'a bearer token',
    { ...HOOK, CLIENT_AUTH: '{"kind":"bearer","token":"a-token-of-an-account"}' },
    'client.auth (token)',
  ],
  ['a secret URL', { ...HOOK, CLIENT_PRESET: 'slack' }, 'client.url, which is the credential'],
  ['a webhook', HOOK, 'client.apiKey, client.apiKeyHeader and client.signingSecret'],
])('names the settings that show who we are of %s', (_, environment, credentials) => {
  expect(configurationOf(loaded(environment, temporaryHome())).webhook.credentials).toBe(credentials);
});

test('finds a token that others can read on the way, as it finds a key', () => {
  const auth = { CLIENT_AUTH: '{"kind":"bearer","token":"a-token-of-an-account"}' };
  const isInTheClear = (url: string) =>
    configurationOf(loaded({ ...auth, CLIENT_URL: url }, temporaryHome())).webhook.isKeyInTheClear;
  expect(isInTheClear('http://hooks.example/a')).toBe(true);
  expect(isInTheClear('https://hooks.example/a')).toBe(false);
  expect(isInTheClear('http://127.0.0.1:4010')).toBe(false);
});

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ['a provider that sends repeated requests twice', TWILIO, /^twilio sends a message twice/],
  [
    'a contract whose request has no id',
    { ...HOOK, CLIENT_BODY: '{"to":"{phoneNumber}","literal":"{{id}}"}' },
    /^the contract of client has no id in its request/,
  ],
  [
    'statuses that resend ignores',
    { ...HOOK, CLIENT_AMBIGUOUS_STATUSES: '503' },
    /^client\.ambiguousStatuses/,
  ],
])('the start and doctor warn of %s, and not under hold', (_, environment, text) => {
  const { warnings } = loaded(environment, temporaryHome());
  expect(warnings.map((warning) => warning.text)).toEqual([expect.stringMatching(text)]);
  expect(configurationOf(loaded(environment, temporaryHome())).warnings).toEqual(warnings);
  expect(loaded({ ...environment, DELIVERY_AMBIGUITY: 'hold' }, temporaryHome()).warnings).toEqual([]);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ['the usual request', HOOK],
  ['an id in the body', { ...HOOK, CLIENT_BODY: '{"ref":["{id}"]}' }],
  ['an id in a header', { ...HOOK, CLIENT_BODY: '{}', CLIENT_HEADERS: '{"x-id":"a-{id}"}' }],
  ['an id in the address', { ...HOOK, CLIENT_URL: 'https://hooks.example/{id}', CLIENT_BODY: '{}' }],
  ['a key of the caller', { ...HOOK, CLIENT_BODY: '{"key":"{idempotencyKey}"}' }],
  ['the usual body and another success', { ...HOOK, CLIENT_ACCEPT: '{"status":202}' }],
  [
    'a signature',
    {
      ...HOOK,
      CLIENT_BODY: '{}',
      CLIENT_SIGNING_SECRET: 'whsec_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHMgZm9yIHRoaXM=',
    },
  ],
])('nobody is warned of repeats where the request has %s', (_, environment) => {
  expect(loaded(environment, temporaryHome()).warnings).toEqual([]);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ['webhook-id', HOOK],
  ['elsewhere', { ...HOOK, CLIENT_BODY: '{"ref":"{id}"}' }],
  ['nowhere', TWILIO],
  ['elsewhere', { ...TWILIO, CLIENT_PRESET: 'vonage', CLIENT_WITH: '{"from":"Shop"}' }],
  ['webhook-id', { ...HOOK, CLIENT_ACCEPT: '{"status":202}' }],
  ['nowhere', { ...HOOK, CLIENT_BODY: '{"key":"{idempotencyKey}"}' }],
])('the dashboard knows that the id of a message travels %s', (place, environment) => {
  expect(idInRequest(loaded(environment, temporaryHome()).config)).toBe(place);
});
