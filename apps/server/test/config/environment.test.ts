import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { KEY_TABLE } from '../../src/config/key-table.ts';
import { effectiveSettings } from '../../src/config/settings-table.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { COMPANIONS, SAMPLE_VALUES } from './sample-values.ts';

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

describe.each(KEY_TABLE)('$envName', ({ path, envName }) => {
  const line = `${path} = `;
  const lineOf = (text: string): string =>
    text.split('\n').find((candidate) => candidate.startsWith(line)) ?? `no line of ${path}`;

  test(`sets ${path}`, () => {
    const shown = lineOf(
      effectiveSettings(loaded({ ...COMPANIONS[envName], [envName]: SAMPLE_VALUES[path] }, temporaryHome())),
    );
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

test('warns about variables with mistyped names, and about no other', () => {
  const environment = { CLIENT_TIMEOT: '1s', SERVER_SOFTWARE: 'x', PATH: '/bin' };
  expect(warnings(environment)).toEqual([
    'environment variable CLIENT_TIMEOT is not a setting and is ignored; did you mean CLIENT_TIMEOUT?',
  ]);
});

test.each([
  ['MONGODB_URI', 'mongodb://x', 'MONGO_URI'],
  ['MONGODB_URL', 'mongodb://x', 'MONGO_URI'],
  ['MONGO_URL', 'mongodb://x', 'MONGO_URI'],
  ['MONGODB_ATLAS_URI', 'mongodb+srv://x', 'MONGO_URI'],
  ['MONGO_PASSWORD', 'x', 'MONGO_URI'],
  ['MONGO_DB_NAME', 'x', 'MONGO_DATABASE'],
  ['REDIS_URL', 'redis://x', 'REDIS_URI'],
  ['REDIS_ADDRESS', 'x', 'REDIS_URI'],
  ['REDIS_PASS', 'x', 'REDIS_PASSWORD'],
  ['DATABASE_PATH', 'x.db', 'SQLITE_PATH'],
  ['DB_HOST', 'x', 'POSTGRES_URI, MONGO_URI or SQLITE_PATH'],
  ['DB_HOST', 'postgres.example', 'POSTGRES_URI'],
  ['POSTGRES_URL', 'postgres://x', 'POSTGRES_URI'],
  ['POSTGRES_PASSWORD', 'x', 'POSTGRES_URI'],
  ['MYSQL_URL', 'mysql://x', 'POSTGRES_URI, MONGO_URI or SQLITE_PATH'],
  ['HTTP_PORT', '80', 'SERVER_PORT'],
  ['REDIS_HOST', 'x', 'REDIS_URI'],
  ['DATABASE_URL', 'mongodb+srv://x', 'MONGO_URI'],
  ['DATABASE_URL', 'postgres://x', 'POSTGRES_URI'],
  ['DATABASE_URL', 'postgresql://x', 'POSTGRES_URI'],
  ['DATABASE_URL', 'mysql://x', 'POSTGRES_URI, MONGO_URI or SQLITE_PATH'],
  ['SQLITE_FILE', 'x.db', 'SQLITE_PATH'],
  ['WEBHOOK_URL', 'http://x', 'CLIENT_URL'],
  ['WEBHOOK_SECRET', 'x', 'CLIENT_SIGNING_SECRET'],
  ['API_KEY', 'x', 'SERVER_API_KEY'],
  ['PORT', '80', 'SERVER_PORT'],
  ['SERVER_PORT_FILE', '/run/port', 'SERVER_PORT (only secrets are read from files)'],
  ['SERVER_API_KEYFILE', '/run/key', 'SERVER_API_KEY_FILE'],
])('warns that %s=%s is ignored, and names %s', (name, value, meant) => {
  expect(warnings({ [name]: value })).toEqual([
    `environment variable ${name} is not a setting and is ignored; did you mean ${meant}?`,
  ]);
});

test.each([
  ['CLIENT_TIMOUT', 'CLIENT_TIMEOUT'],
  ['CLIENT_ADRESS_POLICY', 'CLIENT_ADDRESS_POLICY'],
  ['SERVER_TRUSTED_PROXY', 'SERVER_TRUSTED_PROXIES'],
  ['SERVER_TRUSTED_PROXYS', 'SERVER_TRUSTED_PROXIES'],
  ['SQLITE_PTH', 'SQLITE_PATH'],
  ['RETRY_MAXATTEMPTS', 'RETRY_MAX_ATTEMPTS'],
  ['BREAKER_TRESHOLD', 'BREAKER_FAILURE_THRESHOLD'],
  ['PROCESOR_DRAIN', 'PROCESSOR_DRAIN'],
  ['PROCESSOR_DRAN', 'PROCESSOR_DRAIN'],
  ['DELIVERY_AMBIGUTY', 'DELIVERY_AMBIGUITY'],
])('warns that the mistyped %s is ignored, also where %s is given', (name, meant) => {
  const text = `environment variable ${name} is not a setting and is ignored; did you mean ${meant}?`;
  expect(warnings({ [name]: 'x' })).toEqual([text]);
  const setting = KEY_TABLE.find(({ envName }) => envName === meant);
  const given = setting === undefined ? {} : { [meant]: SAMPLE_VALUES[setting.path] };
  expect(warnings({ ...COMPANIONS[meant], ...given, [name]: 'x' })).toContain(text);
});

test.each([
  ...[
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'HOSTNAME',
    'NODE_ENV',
    'NODE_OPTIONS',
    'HTTP_PROXY',
    'APP_HOME',
    'TZ',
  ],
  ...[
    'SERVER_NAME',
    'SERVER_SOFTWARE',
    'SERVICE_PORT',
    'CLIENT_ID',
    'CLIENT_KEY',
    'CLIENT_CERT',
    'REDIS_PORT',
  ],
  ...[
    'MONGO_INITDB_ROOT_USERNAME',
    'MONGO_INITDB_DATABASE',
    'POSTGRES_INITDB_ARGS',
    'POSTGRES_PORT',
    'LOG_FILE',
  ],
  ...[
    'KUBERNETES_SERVICE_HOST',
    'KUBERNETES_PORT_443_TCP',
    'PROCESSOR_SERVICE_HOST',
    'PROCESSOR_PORT_80_TCP',
  ],
  ...['PROCESSOR_ARCHITECTURE', 'PROCESSOR_IDENTIFIER', 'PROCESSOR_LEVEL', 'PROCESSOR_REVISION'],
  ...['MESSAGE_BUS', 'DELIVERY_FEE', 'REDIS_PASSWORD'],
])('does not warn about %s, which other programs have', (name) => {
  expect(warnings({ [name]: 'x' })).toEqual([]);
});

test('does not warn about a numbered variable next to its setting, which the file may name', () => {
  expect(warnings({ CLIENT_API_KEY: 'x', CLIENT_API_KEY_2: 'y' })).toEqual([]);
});

test('warns about no usual name where the setting that it means is given', () => {
  expect(warnings({ PORT: '80', SERVER_PORT: '3000', MONGODB_URI: '' })).toEqual([]);
  const store = { POSTGRES_URI: 'postgres://db.example/app' };
  expect(warnings({ ...store, DATABASE_URL: 'mysql://x', POSTGRES_PASSWORD: 'x' })).toEqual([]);
});

function warnings(environment: Record<string, string>): readonly string[] {
  return loaded(environment, temporaryHome()).warnings.map(({ text }) => text);
}
