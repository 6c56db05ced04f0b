import { formatProblems } from '@messaging-system/cli/text';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { KEY_TABLE } from '../../src/config/key-table.ts';
import { problemsOf } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

// Neither a text nor a pattern can be this: control characters, a parenthesis left open, more than any of them may have.
const WRONG = `\u0000\n(${'x'.repeat(100_001)}`;

test('names every wrong value with its key, its variable and what is allowed', () => {
  const environment = Object.fromEntries(KEY_TABLE.map(({ envName }) => [envName, WRONG]));
  const problems = problemsOf(environment, temporaryHome());
  expect(problems).toEqual(
    KEY_TABLE.map(({ path, envName, setting }) => ({
      key: path,
      origin: { kind: 'environment', name: envName },
      problem: expect.stringContaining('not allowed'),
      allowed: setting.allowed,
    })),
  );
  const printed = formatProblems(problems);
  expect(printed).toContain(`${KEY_TABLE.length} problems`);
  for (const { path, envName, setting } of KEY_TABLE) {
    expect(printed).toContain(`  ${path}: ${setting.secret ? 'the value' : '"'}`);
    expect(printed).toContain(`from:    environment variable ${envName}\n    allowed: ${setting.allowed}`);
  }
});

test('names every wrong value of a file with its line', () => {
  const content: Record<string, unknown> = {};
  // A body may have any names.
  const table = KEY_TABLE.filter(({ path }) => path !== 'client.body');
  for (const { path } of table) {
    const [first = '', second] = path.split('.');
    if (second === undefined) content[first] = { wrong: true };
    else content[first] = { ...Object(content[first]), [second]: { wrong: true } };
  }
  const text = stringify(content);
  const home = temporaryHome({ 'test.yaml': text });
  const problems = problemsOf({ APP_ENV: 'test' }, home);
  expect(problems.map(({ key }) => key)).toEqual(table.map(({ path }) => path));
  const lines = text.split('\n');
  for (const { key, origin } of problems) {
    if (origin?.kind !== 'file') throw new Error(`${key} comes from ${origin?.kind}`);
    expect(lines[origin.line - 1]).toBe(`${key.includes('.') ? '  ' : ''}${key.split('.').at(-1)}:`);
  }
});

describe('refuses', () => {
  test.each([
    ['SERVER_PORT', ['-1', '65536', '1.5', '0x50', '1e3', ' 80', 'http']],
    ['SERVER_HOST', ['a b', 'http://x', 'x/24']],
    [
      'SERVER_TRUSTED_PROXIES',
      ['proxy.internal', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/0x8', '::/129', '::1,a'],
    ],
    ['SERVER_PUBLIC_PATH', ['/', 'messaging', '/messaging/', '//x', '/a?b', '/..', 'https://x/y']],
    ['SERVER_API_KEY', ['a b', ',', 'key,,key', 'ключ']],
    ['CLIENT_URL', ['receiver.example', 'ftp://x', 'http://', 'http://user:pass@x/', '//x']],
    ['CLIENT_API_KEY', [' x', 'a\nb', 'ключ']],
    ['CLIENT_API_KEY_HEADER', ['x y', 'x:']],
    ['CLIENT_SIGNING_SECRET', ['whsec_', 'whsec_!', 'whsec_abcde', 'a secret']],
    ['MONGO_URI', ['localhost:27017', 'http://x', 'mongodb://']],
    ['POSTGRES_URI', ['localhost:5432', 'mysql://x', 'postgres://', 'postgres:x']],
    ['POSTGRES_SCHEMA', ['Messaging', '1st', 'pg_own', 'a-b', 'x'.repeat(49)]],
    ['REDIS_URI', ['http://x', '', 'a b'].filter((text) => text !== '')],
    ['REDIS_TTL', ['24', '24 hours', '0s', '-1h']],
    ['PROCESSOR_DRAIN', ['yes', 'TRUE', '1']],
    ['RETRY_FACTOR', ['0.9', 'NaN', 'Infinity']],
    ['DELIVERY_AMBIGUITY', ['Hold', 'retry']],
    ['MESSAGE_PHONE_PATTERN', ['(', '[z-a]', '*']],
  ])('%s', (envName, values) => {
    for (const value of values) {
      const problems = problemsOf({ [envName]: value }, temporaryHome());
      expect(
        problems.map(({ origin }) => origin),
        value,
      ).toEqual([{ kind: 'environment', name: envName }]);
    }
  });

  test('a number for a text in YAML, which has lost its leading zeros', () => {
    const home = temporaryHome({ 'test.yaml': 'redis:\n  password: 0123\n' });
    const problems = problemsOf({ APP_ENV: 'test', CLIENT_URL: 'http://x' }, home);
    expect(problems).toMatchObject([{ key: 'redis.password' }]);
  });
});

describe('what is secret', () => {
  const secretNames = KEY_TABLE.filter(({ setting }) => setting.secret).map(({ envName }) => envName);

  test('is everything that opens a door', () => {
    expect(secretNames.toSorted()).toEqual([
      'CLIENT_API_KEY',
      'CLIENT_AUTH',
      'CLIENT_HEADERS',
      'CLIENT_SIGNING_SECRET',
      'MONGO_URI',
      'POSTGRES_LISTEN_URI',
      'POSTGRES_URI',
      'REDIS_PASSWORD',
      'REDIS_URI',
      'SERVER_API_KEY',
      'SERVER_API_KEYS',
    ]);
  });

  test('is not shown when it is wrong', () => {
    const home = temporaryHome();
    const marker = fc.stringMatching(/^[a-z]{12}$/);
    fc.assert(
      fc.property(fc.constantFrom(...secretNames), marker, fc.string(), (envName, secret, rest) => {
        const given = `\n${secret} ${rest}\u0000`;
        const printed = formatProblems(problemsOf({ [envName]: given }, home));
        expect(printed).not.toContain(secret);
      }),
    );
  });

  test('is not shown where credentials were put into a URL', () => {
    const printed = formatProblems(
      problemsOf({ CLIENT_URL: 'https://ann:hunter2@receiver.example/hook?token=t0ken' }, temporaryHome()),
    );
    expect(printed).toContain('receiver.example/hook');
    expect(printed).not.toMatch(/ann|hunter2|t0ken/);
  });
});

test('shows no more of a long value than is needed to know it', () => {
  const printed = formatProblems(problemsOf({ SERVER_PORT: '9'.repeat(10_000) }, temporaryHome()));
  expect(printed.length).toBeLessThan(500);
});
