import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { KEY_TABLE } from '../../src/config/key-table.ts';
import { loaded, problemsOf } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const CONFIG_DIR = join(import.meta.dirname, '../../../../.config');
const CLIENT_URL = 'https://receiver.example/hook';

test('dev.yaml needs only the address of the webhook', () => {
  const problems = problemsOf({ APP_ENV: 'dev', CONFIG_DIR }, temporaryHome());
  expect(problems.map(({ key }) => key)).toEqual(['client.url']);
  const { config } = loaded({ APP_ENV: 'dev', CONFIG_DIR, CLIENT_URL }, temporaryHome());
  expect(config).toMatchObject({
    mongo: { database: 'message', messageCollection: 'messages' },
    redis: { uri: 'redis://127.0.0.1:6379', ttl: 86_400_000 },
    processor: { batchSize: 2, interval: 120_000, drain: false },
  });
});

test('dev.yaml does not promise a database that docker-compose.yml keeps to its containers', () => {
  const compose = parse(readFileSync(join(CONFIG_DIR, '../docker-compose.yml'), 'utf8'));
  const isPublished = ['mongo', 'redis'].every((name) => compose.services[name].ports !== undefined);
  const promised = readFileSync(join(CONFIG_DIR, 'dev.yaml'), 'utf8').includes(
    'as docker-compose.yml starts them',
  );
  expect(promised).toBe(isPublished);
});

test('prod.yaml asks for the settings that differ from place to place, and has no secret', () => {
  const problems = problemsOf({ APP_ENV: 'prod', CONFIG_DIR }, temporaryHome());
  expect(problems.map(({ key }) => key)).toEqual(['server.apiKey', 'client.url']);
  const environment = { APP_ENV: 'prod', CONFIG_DIR, CLIENT_URL, SERVER_API_KEY: 'a-key-of-sixteen' };
  const { origins } = loaded(environment, temporaryHome());
  const secretsInFile = KEY_TABLE.filter(
    ({ path, setting }) => setting.secret && origins.get(path)?.kind === 'file',
  );
  expect(secretsInFile).toEqual([]);
});

test('docker-compose.yml gives no secret that is empty: it passes one on where it is set, or says which is missing', () => {
  const compose = parse(readFileSync(join(CONFIG_DIR, '../docker-compose.yml'), 'utf8'));
  const environment: Readonly<Record<string, string | null>> = compose.services.server.environment;
  const secrets = KEY_TABLE.filter(({ setting }) => setting.secret).flatMap(({ envName }) => [
    envName,
    `${envName}_FILE`,
  ]);
  const given = Object.entries(environment).filter(([name]) => secrets.includes(name));
  expect(given.map(([name]) => name)).toContain('SERVER_API_KEY');
  // `:?` stops Compose where the variable is missing or empty; no value at all is passed on only where there is one.
  const mayBeEmpty = given.filter(
    ([, value]) => value === '' || value?.replaceAll(/\$\{\w+:\?[^}]+\}/g, '').includes('$'),
  );
  expect(mayBeEmpty).toEqual([]);
});
