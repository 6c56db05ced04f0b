import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/config/read-environment.ts';
import { loaded, problemsOf } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const PATH = '/fa36ba41-1794-4295-8053-d198499d2fc9';
const ENVIRONMENT = { APP_ENV: 'test' };

/** The file of the Go repository, commit b64e34d, to the byte. */
const fileOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'go-service', `${name}.yaml`), 'utf8');
const GO_FILE = fileOf('prod');

const homeWith = (text: string): string => temporaryHome({ 'test.yaml': text });
const warningsOf = (home: string, environment: Environment = ENVIRONMENT): readonly string[] =>
  loaded(environment, home).warnings.map(({ text }) => text);

describe('the configuration file of the Go service', () => {
  test.each(['dev', 'prod'])('%s.yaml is read as it is', (name) => {
    const { config } = loaded(ENVIRONMENT, homeWith(fileOf(name)));
    expect(config).toMatchObject({
      appName: 'messaging-system',
      server: { port: 80, host: '127.0.0.1' },
      client: { url: 'https://webhook.site/', apiKey: 'INS.me1x9uMcyYGlhKKQVPoc.bO3j9aZwRTOcA2Ywo' },
      mongo: { uri: 'mongodb://localhost:27017', database: 'message', messageCollection: 'messages' },
      redis: { uri: 'redis://localhost:6379', db: 0, ttl: 86_400_000 },
    });
    expect(config.redis.password).toBeUndefined();
  });

  test('gives nothing with an empty text that the Go service takes for none', () => {
    const text = GO_FILE.replace(/^appName: .*/m, 'appName: ""')
      .replace(/apiKey: .*/, 'apiKey: ""')
      .replace('db: 0', 'db: ""');
    const { config } = loaded(ENVIRONMENT, homeWith(text));
    expect(config.appName).toBe('messaging-system');
    expect(config.client.apiKey).toBeUndefined();
    expect(config.redis.db).toBeUndefined();
  });

  test('is refused with an empty text that the Go service does not take for none', () => {
    const problems = problemsOf(ENVIRONMENT, homeWith(GO_FILE.replace(/ttl: .*/, 'ttl: ""')));
    expect(problems).toMatchObject([{ key: 'redis.ttl' }]);
  });

  test('may have a number for a text, as it is written there', () => {
    const text = GO_FILE.replace('password: ""', 'password: 123456');
    expect(loaded(ENVIRONMENT, homeWith(text)).config.redis.password).toBe('123456');
    const rounded = GO_FILE.replace('password: ""', 'password: 0x10');
    expect(problemsOf(ENVIRONMENT, homeWith(rounded))).toMatchObject([{ key: 'redis.password' }]);
  });

  test('may have its keys in any case, which is a warning', () => {
    const text = GO_FILE.replace('apiKey', 'APIKey').replace('mongo:', 'Mongo:');
    const home = homeWith(text);
    expect(loaded(ENVIRONMENT, home).config.client.apiKey).toMatch(/^INS\./);
    expect(warningsOf(home)).toEqual([
      expect.stringContaining('test.yaml:8: client.APIKey is read as client.apiKey'),
      expect.stringContaining('Mongo.uri is read as mongo.uri'),
      expect.stringContaining('Mongo.database is read as mongo.database'),
      expect.stringContaining('Mongo.messageCollection is read as mongo.messageCollection'),
      expect.stringContaining(PATH),
    ]);
  });

  test('may have keys that the Go service ignores, which is a warning', () => {
    const home = homeWith(`${GO_FILE}\nsentry:\n  dsn: "s3cret"\n`.replace('  db: 0', '  db: 0\n  pool: 5'));
    const warnings = warningsOf(home);
    expect(warnings).toEqual([
      expect.stringContaining('redis.pool is ignored'),
      expect.stringContaining('sentry is ignored'),
      expect.stringContaining(PATH),
    ]);
    expect(JSON.stringify(warnings)).not.toContain('s3cret');
  });

  test.each([
    ['server:\n', 'server:\n  apiKeyz: [one]\n', 'server.apiKeyz'],
    ['client:\n', 'client:\n  Path: none\n', 'client.Path'],
    ['server:\n', 'server:\n  apikey: one\n', 'server.apikey'],
  ])('is refused with a key that is nearly a setting of this server: %j', (before, after, key) => {
    expect(problemsOf(ENVIRONMENT, homeWith(GO_FILE.replace(before, after)))).toMatchObject([
      { key, problem: expect.stringContaining('did you mean') },
    ]);
  });

  test('has every key checked again once it has settings of this server', () => {
    const text = `${GO_FILE}\nprocessor:\n  drain: true\n`;
    expect(loaded(ENVIRONMENT, homeWith(text)).config.redis.password).toBeUndefined();
    expect(problemsOf(ENVIRONMENT, homeWith(`${text}sentry: on\n`))).toMatchObject([{ key: 'sentry' }]);
  });
});

describe('a file that is not of the Go service', () => {
  test.each([
    ['', 'redis:\n  uri: 127.0.0.1:6379\n  password: ""\n', 'redis.password'],
    ['', 'client:\n  apiKey: ""\n', 'client.apiKey'],
    ['', 'appName: ""\n', 'appName'],
    ['', 'server:\n  apiKeyz: [one]\n', 'server.apiKeyz'],
    ['', 'Server:\n  port: 1\n', 'Server'],
    [GO_FILE.replace('localhost:6379', 'redis://localhost:6379'), '', 'redis.password'],
    [GO_FILE.replace(/ {2}messageCollection.*\n/, ''), '', 'redis.password'],
  ])('is refused with an empty text or an unknown key: %j%j', (base, more, key) => {
    const environment = { ...ENVIRONMENT, CLIENT_URL: 'http://receiver.example/' };
    expect(problemsOf(environment, homeWith(base + more)).map((problem) => problem.key)).toContain(key);
  });

  test('says nothing of the path of the Go service', () => {
    const home = homeWith('client:\n  url: https://webhook.site\n');
    expect(warningsOf(home)).toEqual([]);
  });
});

describe('the path that the Go service appends to client.url', () => {
  const withPath = (value: string): string => GO_FILE.replace('client:\n', `client:\n  path: ${value}\n`);

  test('is asked for where the file is of the Go service, with both addresses', () => {
    const [warning] = loaded(ENVIRONMENT, homeWith(GO_FILE)).warnings;
    expect(warning?.text).toContain(
      `the Go service delivers to https://webhook.site${PATH}, and this server would deliver to https://webhook.site/`,
    );
    expect(warning?.advice).toContain(`client.path: ${PATH}`);
    expect(warning?.advice).toContain('client.path: none');
  });

  test.each([PATH, 'none', '/elsewhere'])('is decided by client.path: %s', (value) => {
    const home = homeWith(withPath(value));
    expect(warningsOf(home)).toEqual([]);
    expect(loaded(ENVIRONMENT, home).config.client.path).toBe(value);
  });

  test('is decided by CLIENT_PATH', () => {
    expect(warningsOf(homeWith(GO_FILE), { ...ENVIRONMENT, CLIENT_PATH: 'none' })).toEqual([]);
  });

  test('is decided by CLIENT_URL, which is of no Go service', () => {
    const environment = { ...ENVIRONMENT, CLIENT_URL: 'https://receiver.example/hook' };
    expect(warningsOf(homeWith(GO_FILE), environment)).toEqual([]);
  });

  test('is decided by a client.url that has it', () => {
    expect(warningsOf(homeWith(GO_FILE.replace('webhook.site', `webhook.site${PATH}`)))).toEqual([]);
  });

  test.each(['hook', '//hook', '/a b', '/a?b', '/a#b', ''])(
    'is refused where it is not a path: %j',
    (value) => {
      const [problem] = problemsOf(ENVIRONMENT, homeWith(withPath(JSON.stringify(value))));
      expect(problem).toMatchObject({ key: 'client.path', allowed: expect.stringContaining('none') });
    },
  );
});

describe('a file that ends with .yml', () => {
  test('is read where there is none with .yaml, which is a warning', () => {
    const home = homeWith(GO_FILE);
    renameSync(join(home, '.config/test.yaml'), join(home, '.config/test.yml'));
    expect(loaded(ENVIRONMENT, home).file).toMatch(/test\.yml$/);
    expect(warningsOf(home)[0]).toMatch(/test\.yml is read, since there is no test\.yaml/);
  });

  test('is not read where there is one with .yaml, which is a warning', () => {
    const home = temporaryHome({ 'test.yaml': GO_FILE, 'test.yml': 'appName: other' });
    expect(loaded(ENVIRONMENT, home).config.appName).toBe('messaging-system');
    expect(warningsOf(home)[0]).toMatch(/test\.yml is not read, since there is .*test\.yaml/);
  });
});
