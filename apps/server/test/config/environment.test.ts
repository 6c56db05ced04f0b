import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { effectiveSettings } from '../../src/config/effective-settings.ts';
import { KEY_TABLE } from '../../src/config/key-table.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { SAMPLE_VALUES } from './sample-values.ts';

const NAMES_OF_THE_DESIGN = [
  'CLIENT_URL CLIENT_API_KEY CLIENT_TIMEOUT MONGO_URI MONGO_DATABASE REDIS_URI SQLITE_PATH SERVER_PORT SERVER_HOST',
  'SERVER_API_KEY PROCESSOR_BATCH_SIZE PROCESSOR_INTERVAL PROCESSOR_CONCURRENCY PROCESSOR_DRAIN PROCESSOR_AUTO_START',
  'PROCESSOR_LEASE RETRY_MAX_ATTEMPTS RETRY_BASE_DELAY RETRY_FACTOR RETRY_MAX_DELAY DELIVERY_AMBIGUITY',
  'MESSAGE_PHONE_PATTERN MESSAGE_MAX_CONTENT_LENGTH CLIENT_SIGNING_SECRET CLIENT_ADDRESS_POLICY',
]
  .join(' ')
  .split(' ');

test('has an environment variable of its own for every setting', () => {
  const names = KEY_TABLE.map(({ envName }) => envName);
  expect(new Set(names).size).toBe(KEY_TABLE.length);
  expect(names).toEqual(expect.arrayContaining(NAMES_OF_THE_DESIGN));
});

// What makes a value right that is wrong alone.
const COMPANIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CLIENT_SANDBOX: { CLIENT_URL: '' },
};

describe.each(KEY_TABLE)('$envName', ({ path, envName }) => {
  const line = `${path} = `;
  const lineOf = (text: string): string =>
    text.split('\n').find((candidate) => candidate.startsWith(line)) ?? `no line of ${path}`;

  test(`sets ${path}`, () => {
    const shown = lineOf(effectiveSettings(loaded({ [envName]: SAMPLE_VALUES[path] }, temporaryHome())));
    expect(shown).toContain(`(environment variable ${envName})`);
    expect(shown).not.toBe(lineOf(effectiveSettings(loaded({}, temporaryHome()))));
  });

  test(`wins over ${path} of a file`, () => {
    const [first, second] = path.split('.');
    const wrong = { never: 'allowed' };
    const content = second === undefined ? { [`${first}`]: wrong } : { [`${first}`]: { [second]: wrong } };
    const home = temporaryHome({ 'test.yaml': stringify(content) });
    const environment = { APP_ENV: 'test', CLIENT_URL: 'http://receiver.example', ...COMPANIONS[envName] };
    const { origins } = loaded({ ...environment, [envName]: SAMPLE_VALUES[path] }, home);
    expect(origins.get(path)).toEqual({ kind: 'environment', name: envName });
  });
});

test('takes an empty variable for one that is not set', () => {
  const { config, origins } = loaded({ SERVER_PORT: '', APP_ENV: '' }, temporaryHome());
  expect(config.server.port).toBe(3000);
  expect(origins.get('server.port')).toEqual({ kind: 'default' });
});

test('warns of a variable that looks like a mistyped one, and of no other', () => {
  const environment = { REDIS_URL: 'redis://x', CLIENT_TIMEOT: '1s', SERVER_SOFTWARE: 'x', PATH: '/bin' };
  expect(loaded(environment, temporaryHome()).warnings.map(({ text }) => text)).toEqual([
    'environment variable REDIS_URL is no setting and ignored; did you mean REDIS_URI?',
    'environment variable CLIENT_TIMEOT is no setting and ignored; did you mean CLIENT_TIMEOUT?',
  ]);
});
