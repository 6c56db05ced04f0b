import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblems } from '@messaging-system/cli/text';
import { describe, expect, test } from 'vitest';
import { apiKeysOf } from '../../src/config/api-keys-of.ts';
import { secretsOf } from '../../src/config/secrets-of.ts';
import { loaded, problemsOf } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const KEY = 'key-of-campaigns-0123';
const ALL = ['read', 'send', 'operate', 'erase'];
const RECEIVER = { APP_ENV: 'test', CLIENT_URL: 'http://receiver.example/' };

/** A configuration whose file has these keys. */
function withKeys(keys: string): string {
  return temporaryHome({ 'test.yaml': `server:\n  apiKeys: ${keys}\n` });
}

function problemsWith(keys: string, environment: Record<string, string> = {}) {
  return problemsOf({ ...RECEIVER, ...environment }, withKeys(keys));
}

describe('server.apiKeys', () => {
  test('has keys of the file with names and scopes, and the keys themselves from the environment', () => {
    const home = withKeys('[{ name: campaigns, key: "{env.CAMPAIGN_KEY}", scopes: [read, send] }]');
    const { config } = loaded(
      { ...RECEIVER, CAMPAIGN_KEY: KEY, SERVER_API_KEY: 'of-operators-01234567' },
      home,
    );
    expect(apiKeysOf(config.server)).toEqual([
      'of-operators-01234567',
      { name: 'campaigns', key: KEY, scopes: ['read', 'send'] },
    ]);
    expect(secretsOf(config)).toContain(KEY);
  });

  test('may do everything unless scopes are given, and takes scopes as one text', () => {
    const home = withKeys(`[{ name: a, key: key-a }, { name: b, key: key-b, scopes: "read, erase" }]`);
    expect(loaded(RECEIVER, home).config.server.apiKeys).toEqual([
      { name: 'a', key: 'key-a', scopes: ALL },
      { name: 'b', key: 'key-b', scopes: ['read', 'erase'] },
    ]);
  });

  test('is JSON in the environment', () => {
    const SERVER_API_KEYS = JSON.stringify([{ name: 'campaigns', key: KEY, scopes: ['send'] }]);
    const { config } = loaded({ SERVER_API_KEYS, SERVER_HOST: '0.0.0.0' }, temporaryHome());
    expect(config.server.apiKeys).toEqual([{ name: 'campaigns', key: KEY, scopes: ['send'] }]);
  });

  test.each(['[{name:a,key:s3cret}]', '[{"name":"a"'])(
    'is distinguished from broken JSON: %s',
    (SERVER_API_KEYS) => {
      expect(problemsOf({ SERVER_API_KEYS }, temporaryHome())).toMatchObject([
        { key: 'server.apiKeys', problem: 'is not valid JSON' },
      ]);
    },
  );

  test.each([
    ['[]', 'has no key'],
    ['[{ key: k }]', 'key 1 has no name'],
    ['[{ name: "two words", key: k }]', 'the name of key 1 is not 1 to 64 letters, digits or any of . _ -'],
    ['[{ name: a }]', 'a has no key'],
    ['[{ name: a, key: "" }]', 'a has no key'],
    [
      '[{ name: a, key: "ключ 1" }]',
      'the key of a has characters other than letters, digits and any of - . _ ~ + / =',
    ],
    ['[{ name: a, key: k, scopes: [wirte] }]', 'a has the scope "wirte", which does not exist'],
    ['[{ name: a, key: k, scopes: [] }]', 'a has no scope'],
    ['[{ name: a, key: k, scope: read }]', 'a has "scope", which is not one of name, key, scopes'],
    ['[{ name: a, key: k }, { name: a, key: l }]', 'two keys have the name a'],
    ['[{ name: a, key: s3cret }, { name: b, key: s3cret }]', 'a and b are the same key'],
    ['[one]', 'key 1 is not a map of name, key and scopes'],
  ])('refuses %s and says why', (keys, why) => {
    const problems = problemsWith(keys);
    expect(problems).toMatchObject([{ key: 'server.apiKeys', problem: expect.stringContaining(why) }]);
    expect(formatProblems(problems)).toContain('a list of { name, key, scopes }');
    expect(formatProblems(problems)).not.toContain('s3cret');
  });

  test('refuses a key that is in server.apiKey as well, where it may do everything', () => {
    const [problem] = problemsWith(`[{ name: campaigns, key: ${KEY}, scopes: [send] }]`, {
      SERVER_API_KEY: KEY,
    });
    expect(problem).toMatchObject({
      key: 'server.apiKeys',
      problem: 'the key of campaigns is in server.apiKey as well, where it may do everything',
    });
  });

  test.each([
    ['a-key-too-short', { SERVER_HOST: '0.0.0.0' }, 'the key of campaigns has fewer than 16 characters'],
    ['shop', { SERVER_PUBLIC_PATH: '/messaging' }, 'the key of campaigns has fewer than 16 characters'],
    ['shop', { SERVER_TRUSTED_PROXIES: '127.0.0.1' }, 'the key of campaigns has fewer than 16 characters'],
    ['replace-me-by-32-random-characters', {}, 'the key of campaigns is still the placeholder of an example'],
  ])('refuses the weak key %s with %j', (key, environment, why) => {
    expect(problemsWith(`[{ name: campaigns, key: ${key} }]`, environment)).toMatchObject([
      { key: 'server.apiKeys', problem: why },
    ]);
  });

  test('counts as a key where one is required: beyond loopback, and for pages of every site', () => {
    const home = withKeys(`[{ name: a, key: ${KEY} }]`);
    const environment = { ...RECEIVER, SERVER_HOST: '0.0.0.0', SERVER_CORS_ORIGINS: '*' };
    expect(loaded(environment, home).config.server.host).toBe('0.0.0.0');
  });
});

describe('{env.NAME} in the file', () => {
  const home = () =>
    temporaryHome({
      'test.yaml': 'mongo:\n  uri: "mongodb://app:{env.DB_PASSWORD}@db.example/{env.DB_NAME}"\n',
    });

  test('is filled from the environment, in every setting', () => {
    const environment = { ...RECEIVER, DB_PASSWORD: 'p4ss', DB_NAME: 'x' };
    expect(loaded(environment, home()).config.mongo.uri).toBe('mongodb://app:p4ss@db.example/x');
  });

  test('is the same without quotes, which YAML takes for a map', () => {
    const place = temporaryHome({
      'test.yaml':
        'mongo: { uri: {env.DB_URI} }\nserver:\n  apiKeys:\n    - { name: a, key: {env.CAMPAIGN_KEY} }\n',
    });
    const environment = { ...RECEIVER, DB_URI: 'mongodb://db.example', CAMPAIGN_KEY: KEY };
    const { config } = loaded(environment, place);
    expect(config.mongo.uri).toBe('mongodb://db.example');
    expect(config.server.apiKeys).toMatchObject([{ key: KEY }]);
    expect(problemsOf(RECEIVER, place).map(({ key }) => key)).toEqual(['mongo.uri', 'server.apiKeys']);
  });

  test.each([
    ['unset', {}],
    ['empty', { DB_PASSWORD: '', DB_NAME: '' }],
  ])('is refused by name when the variable is %s', (_, given) => {
    expect(problemsOf({ ...RECEIVER, ...given }, home())).toMatchObject([
      {
        key: 'mongo.uri',
        origin: { kind: 'file', line: 2 },
        problem: 'the file asks for the environment variable DB_PASSWORD, which is not set or empty',
      },
      { key: 'mongo.uri', problem: expect.stringContaining('DB_NAME') },
    ]);
  });

  test('leaves a server that then lacks its key closed, with one problem and not two', () => {
    const problems = problemsWith('[{ name: a, key: "{env.CAMPAIGN_KEY}" }]', { SERVER_HOST: '0.0.0.0' });
    expect(problems).toMatchObject([
      { key: 'server.apiKeys', problem: expect.stringContaining('CAMPAIGN_KEY') },
    ]);
  });

  test('is filled from the file that NAME_FILE names', () => {
    const place = withKeys('[{ name: a, key: "{env.CAMPAIGN_KEY}" }]');
    mkdirSync(join(place, 'secrets'));
    const file = join(place, 'secrets', 'campaign-key');
    writeFileSync(file, `${KEY}\n`);
    const { config } = loaded({ ...RECEIVER, CAMPAIGN_KEY_FILE: file }, place);
    expect(config.server.apiKeys).toMatchObject([{ key: KEY }]);
    expect(problemsOf({ ...RECEIVER, CAMPAIGN_KEY_FILE: join(place, 'missing') }, place)).toMatchObject([
      { key: 'server.apiKeys', problem: expect.stringContaining('cannot be read (ENOENT)') },
    ]);
  });

  test('is not looked at where the environment gives the setting itself', () => {
    const { config } = loaded({ ...RECEIVER, MONGO_URI: 'mongodb://other.example' }, home());
    expect(config.mongo.uri).toBe('mongodb://other.example');
  });
});
