import { expect, test } from 'vitest';
import { configurationOf } from '../../src/command-line-host.ts';
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
