import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { keyForOthers } from '../../src/config/caller-key.ts';
import { KEY_TABLE } from '../../src/config/key-table.ts';
import { secretsOf } from '../../src/config/secrets-of.ts';
import { loaded, problemsOf } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { COMPANIONS, SAMPLE_VALUES } from './sample-values.ts';

const SECRETS = KEY_TABLE.filter(({ setting }) => setting.secret);
const CLIENT_URL = 'https://receiver.example/hook';

/** The secret parts of a sample: the password of a URI, the keys of named keys, each of a list, or the whole. */
function secretTextsOf(sample: string): readonly string[] {
  const password = /^[^:]+:\/\/[^/@]*:([^@]*)@/.exec(sample)?.[1];
  if (password !== undefined) return [password];
  const keys = [...sample.matchAll(/"(?:key|password|x-token)":"([^"]+)"/g)].map(([, key = '']) => key);
  return keys.length > 0 ? keys : sample.split(',');
}

describe.each(SECRETS)('the secret $path', ({ path, envName }) => {
  test('is read from the file that its _FILE variable names, without the line break at its end', () => {
    const companion = COMPANIONS[envName];
    const { environment, home } = withSecretFile(envName, `${SAMPLE_VALUES[path]}\n`);
    const direct = loaded({ ...companion, [envName]: SAMPLE_VALUES[path] }, temporaryHome());
    const { config, origins } = loaded({ ...companion, ...environment }, home);
    expect(origins.get(path)).toEqual({ kind: 'environment', name: `${envName}_FILE` });
    const [section = '', key = ''] = path.split('.');
    expect(Object(config)[section][key]).toEqual(Object(direct.config)[section][key]);
  });

  test('is blacked out wherever the configuration is printed from', () => {
    const { config } = loaded({ ...COMPANIONS[envName], [envName]: SAMPLE_VALUES[path] }, temporaryHome());
    const secrets = secretsOf(config);
    const texts = secretTextsOf(SAMPLE_VALUES[path]);
    expect(texts.filter((text) => !secrets.includes(text))).toEqual([]);
  });

  test('is refused when both the variable and its _FILE variable are set', () => {
    const { environment, home } = withSecretFile(envName, 'x');
    expect(problemsOf({ ...environment, [envName]: SAMPLE_VALUES[path] }, home)).toMatchObject([
      { key: path, origin: { name: `${envName}_FILE` }, problem: `${envName} is set too` },
    ]);
  });

  test('is refused when its file cannot be read', () => {
    const home = temporaryHome();
    const file = join(home, 'missing');
    expect(problemsOf({ [`${envName}_FILE`]: file }, home)).toMatchObject([
      { key: path, problem: `the file ${JSON.stringify(file)} cannot be read (ENOENT)` },
    ]);
  });

  test.each(['', '\n'])('is refused when its file holds %j', (content) => {
    const { environment, home } = withSecretFile(envName, content);
    expect(problemsOf(environment, home)).toMatchObject([{ key: path, problem: 'is set, but empty' }]);
  });

  test('is refused when its variable is empty', () => {
    expect(problemsOf({ [envName]: '' }, temporaryHome())).toMatchObject([
      { key: path, origin: { name: envName }, problem: 'is set, but empty' },
    ]);
  });

  test.each(['', null])('is refused when the file has %j for it', (value) => {
    const [section = '', key = ''] = path.split('.');
    const home = temporaryHome({ 'test.yaml': stringify({ [section]: { [key]: value } }) });
    expect(problemsOf({ APP_ENV: 'test', CLIENT_URL }, home)).toMatchObject([
      { key: path, problem: 'is set, but empty' },
    ]);
  });
});

test('reads the API key of a command from SERVER_API_KEY_FILE, and refuses an empty one', () => {
  const { environment } = withSecretFile('SERVER_API_KEY', 'a-key-of-a-command');
  expect(keyForOthers(environment)).toEqual({
    apiKey: 'a-key-of-a-command',
    keyOrigin: 'environment variable SERVER_API_KEY_FILE',
  });
  expect(keyForOthers({ SERVER_API_KEY: '' })).toMatchObject({
    problems: [{ problem: 'is set, but empty' }],
  });
});

describe('a signing secret in nearly the right form', () => {
  test.each([
    ['"whsec_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM="', 'quotes'],
    ["'plain'", 'quotes'],
    ['v1,whsec_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=', 'leave out all before'],
    ['whsk_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=', 'ed25519 key'],
    ['whpk_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=', 'public key'],
    ['whsec-c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=', 'mistyped'],
    ['whsecc2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=', 'mistyped'],
    ['WHSEC_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=', 'not base64'],
    ['whsec_not!base64', 'not base64'],
    ['c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=', 'put `whsec_` before it'],
    ['C2K7zOe5qWjN7R0h8gkq0QmXo1uPpYcL', 'put `whsec_` before it'],
  ])('is refused: %s', (secret, why) => {
    for (const given of [secret, `plain-text-secret,${secret}`]) {
      if (given !== secret && secret.includes(',')) continue;
      const [problem] = problemsOf({ CLIENT_SIGNING_SECRET: given }, temporaryHome());
      expect(problem).toMatchObject({ key: 'client.signingSecret', problem: expect.stringContaining(why) });
      expect(JSON.stringify(problem)).not.toContain(secret);
    }
  });

  test.each(['plain-text-secret', 'a'.repeat(64), '0123456789abcdef'.repeat(4), 'whsec_c2FtcGxl'])(
    'is distinguished from a right one: %s',
    (secret) => {
      const { config } = loaded({ CLIENT_SIGNING_SECRET: secret }, temporaryHome());
      expect(config.client.signingSecret).toEqual([secret]);
    },
  );
});

describe('a weak secret', () => {
  test.each([
    ['server.apiKey', { SERVER_HOST: '0.0.0.0', SERVER_API_KEY: 'x' }, 'fewer than 16'],
    ['server.apiKey', { SERVER_HOST: '0.0.0.0', SERVER_API_KEY: 'a-long-and-random-key,x' }, 'fewer than 16'],
    ['server.apiKey', { SERVER_PUBLIC_PATH: '/messaging', SERVER_API_KEY: 'shop' }, 'fewer than 16'],
    ['server.apiKey', { SERVER_TRUSTED_PROXIES: '127.0.0.1', SERVER_API_KEY: 'shop' }, 'fewer than 16'],
    ['server.apiKey', { SERVER_API_KEY: 'replace-me-by-32-random-characters' }, 'placeholder'],
    ['client.apiKey', { CLIENT_URL, CLIENT_API_KEY: 'replace-me' }, 'placeholder'],
    ['redis.password', { REDIS_PASSWORD: 'replace-me' }, 'placeholder'],
    ['client.signingSecret', { CLIENT_URL, CLIENT_SIGNING_SECRET: 'x' }, 'fewer than 16'],
    [
      'client.signingSecret',
      { CLIENT_URL, CLIENT_SIGNING_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
      'published',
    ],
  ])('%s is refused of %o: %s', (key, environment, why) => {
    expect(problemsOf(environment, temporaryHome())).toMatchObject([
      { key, problem: expect.stringContaining(why) },
    ]);
  });

  test('is taken where only this machine can see what it protects', () => {
    const environment = { SERVER_API_KEY: 'x', CLIENT_URL: 'http://[::1]:9/', CLIENT_SIGNING_SECRET: 'x' };
    expect(loaded(environment, temporaryHome()).config.server.apiKey).toEqual(['x']);
  });
});

function withSecretFile(
  envName: string,
  content: string,
): { environment: Record<string, string>; home: string } {
  const home = temporaryHome();
  mkdirSync(join(home, 'secrets'));
  const file = join(home, 'secrets', envName);
  writeFileSync(file, content);
  return { environment: { [`${envName}_FILE`]: file }, home };
}
