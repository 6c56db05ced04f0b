import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingsTable } from '../../src/config/settings-table.ts';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';

// Each starts a process, on whatever machine this is.

const SECRETS = {
  SERVER_API_KEY: 'server-key-0123456789',
  CLIENT_API_KEY: 'client-key-0123456789',
  CLIENT_SIGNING_SECRET: 'whsec_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=',
  MONGO_URI: 'mongodb://ann:mongo-pa55@one:27017/',
  REDIS_URI: 'redis://:redis-pa55@cache:6379',
  REDIS_PASSWORD: 'other-pa55',
};
const SECRET_PARTS = /server-key|client-key|MfKQ9r8|pa55/;

test('prints every problem and ends with 78 before it opens anything', async () => {
  const home = temporaryHome({ 'test.yaml': 'server:\n  prot: 1\nprocessor:\n  batchSize: none\n' });
  const { exitCode, stdout, stderr } = await new SpawnedServer(home, {
    APP_ENV: 'test',
    CLIENT_TIMEOUT: '15',
    CLIENT_API_KEY: 'sécret-näme',
    DELIVERY_AMBIGUITY: 'reconcile',
  }).ended();
  expect(exitCode).toBe(78);
  expect(stdout).toBe('');
  const file = join(home, '.config', 'test.yaml');
  expect(stderr).toBe(`The configuration has 6 problems; nothing was started.

  server.prot: there is no such setting; did you mean server.port?
    from:    ${file}:2

  client.apiKey: the value is not allowed (and not shown, being a secret)
    from:    environment variable CLIENT_API_KEY
    allowed: printable ASCII characters

  client.timeout: "15" is not allowed
    from:    environment variable CLIENT_TIMEOUT
    allowed: a duration such as 500ms, 15s, 2m, 24h or 1h30m, from 1ms to 1h

  processor.batchSize: "none" is not allowed
    from:    ${file}:4
    allowed: a whole number from 1 to 10000

  delivery.ambiguity: reconcile asks your provider what became of a delivery, and the bundled server knows no way to
    from:    environment variable DELIVERY_AMBIGUITY
    allowed: resend or hold; for reconcile embed @messaging-system/core with a DeliveryReconciler of yours

  client.url: is not set, and APP_ENV test does not use the sandbox
    from:    default
    allowed: the URL of your webhook (CLIENT_URL), or client.sandbox: true

`);
  expect(existsSync(join(home, 'data'))).toBe(false);
});

test('ends with 78 for what only the parts know to be wrong', async () => {
  const { exitCode, stderr } = await new SpawnedServer(temporaryHome(), {
    MONGO_URI: 'mongodb://ann:pa55@/x',
  }).ended();
  expect(exitCode).toBe(78);
  expect(stderr).toContain('mongo.uri: the MongoDB driver cannot read it');
  expect(stderr).not.toContain('pa55');
});

test('checks the configuration, shows what is in force and no secret of it', async () => {
  const home = temporaryHome();
  const environment = { ...SECRETS, PROCESSOR_INTERVAL: '90s' };
  const { exitCode, stdout, stderr } = await new SpawnedServer(home, environment, ['--check-config']).ended();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('processor.interval = 1m30s  (environment variable PROCESSOR_INTERVAL)');
  expect(stdout).toContain('client.apiKey = set, not shown  (environment variable CLIENT_API_KEY)');
  expect(stdout).toContain('retention.keep = not set');
  expect(stdout).not.toMatch(SECRET_PARTS);
  expect(existsSync(join(home, 'data'))).toBe(false);
});

test('names variables that look like settings when it checks the configuration', async () => {
  const environment = { CLIENT_ULR: 'http://receiver.example', PROCESSOR_BATCHSIZE: '50' };
  const right = await new SpawnedServer(temporaryHome(), environment, ['--check-config']).ended();
  const warnings = `warning: environment variable CLIENT_ULR is not a setting and is ignored; did you mean CLIENT_URL? Correct its name if it was meant as a setting.
warning: environment variable PROCESSOR_BATCHSIZE is not a setting and is ignored; did you mean PROCESSOR_BATCH_SIZE? Correct its name if it was meant as a setting.
`;
  expect(right).toMatchObject({ exitCode: 0, stderr: warnings });
  const wrong = { ...environment, CLIENT_TIMEOUT: '15' };
  const { exitCode, stderr } = await new SpawnedServer(temporaryHome(), wrong, ['--check-config']).ended();
  expect({ exitCode, stderr }).toEqual({ exitCode: 78, stderr: expect.stringContaining(warnings) });
});

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

test.each([
  [['--version'], `${version}\n`],
  [['--settings'], `${settingsTable()}\n`],
])('prints for %j what it was asked for', async (args, printed) => {
  const { exitCode, stdout } = await new SpawnedServer(temporaryHome(), {}, args).ended();
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: printed });
});

test('shows the examples of a command with its help, and loads no configuration for it', async () => {
  const environment = { SERVER_PORT: 'none' };
  const { exitCode, stdout } = await new SpawnedServer(temporaryHome(), environment, ['send', '-h']).ended();
  expect(exitCode).toBe(0);
  expect(stdout).toContain("$ messaging-system send +905551234567 'Your code is 4711.'");
});

test('lists of an option what it takes, as it is written, and none that is refused', async () => {
  const help = async (command: string): Promise<string> =>
    (await new SpawnedServer(temporaryHome(), {}, [command, '--help']).ended()).stdout;
  expect(await help('import')).toMatch(/--patience <duration>[^-]*\(default:\s+5m\)/);
  expect(await help('tail')).not.toContain('--direct');
  const direct = await new SpawnedServer(temporaryHome(), {}, ['tail', '--direct']).ended();
  expect(direct).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('--direct') });
});

test.each([['--verison'], ['sevre'], ['serve', 'now']])('ends with 64 for %s', async (...args) => {
  const { exitCode, stderr } = await new SpawnedServer(temporaryHome(), {}, args).ended();
  expect(exitCode).toBe(64);
  expect(stderr).toContain('--help');
});
