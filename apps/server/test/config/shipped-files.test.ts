import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { KEY_TABLE } from '../../src/config/key-table.ts';
import { loaded, problemsOf } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const CONFIG_DIR = join(import.meta.dirname, '../../../../.config');
const CLIENT_URL = 'https://receiver.example/hook';
const COMPOSE = parse(readFileSync(join(CONFIG_DIR, '../docker-compose.yml'), 'utf8'), { merge: true });

/** The environment that Compose gives to a server of the file, when both variables that it asks for are set. */
function composed(service: string): Record<string, string> {
  const environment: Readonly<Record<string, string | null>> = COMPOSE.services[service].environment;
  const asked: Readonly<Record<string, string>> = { CLIENT_URL, SERVER_API_KEY: 'a-key-of-sixteen' };
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === null
        ? []
        : [[name, value.replaceAll(/\$\{(\w+):\?[^}]+\}/g, (_, asks) => asked[asks] ?? '')]],
    ),
  );
}

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
  const isPublished = ['mongo', 'redis'].every((name) => COMPOSE.services[name].ports !== undefined);
  const promised = readFileSync(join(CONFIG_DIR, 'dev.yaml'), 'utf8').includes(
    'as docker-compose.yml starts them',
  );
  expect(promised).toBe(isPublished);
});

test('the environment file of the deployment page is right with prod.yaml, and gives Prometheus a key that only reads', () => {
  const page = readFileSync(join(CONFIG_DIR, '../docs/deployment.md'), 'utf8');
  const file = /^# \/etc\/messaging-system\.env\n([^`]+)/m.exec(page)?.[1] ?? '';
  const lines = [...file.matchAll(/^([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]);
  const { config, warnings } = loaded({ ...Object.fromEntries(lines), CONFIG_DIR }, temporaryHome());
  expect(warnings).toEqual([]);
  expect(config.server.apiKeys).toMatchObject([{ name: 'prometheus', scopes: ['read'] }]);
  // The page says this of prod.yaml.
  expect(config).toMatchObject({
    client: { addressPolicy: 'public' },
    processor: { drain: true },
    retention: { keep: 90 * 86_400_000 },
  });
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

test.each([
  [
    'server',
    { mongo: { uri: 'mongodb://mongo:27017/?replicaSet=rs0' }, redis: { uri: 'redis://redis:6379' } },
  ],
  ['server-postgres', { postgres: { uri: 'postgres://postgres@postgres/messaging', schema: 'messaging' } }],
])('docker-compose.yml has settings that the server starts with: %s', (service, stores) => {
  const { config, warnings } = loaded({ SERVER_HOST: '0.0.0.0', ...composed(service) }, temporaryHome());
  expect(warnings).toEqual([]);
  expect(config).toMatchObject({ ...stores, client: { url: CLIENT_URL } });
});

test('docker-compose.yml starts PostgreSQL and its server by their profile only, and waits for the database', () => {
  const { postgres, 'server-postgres': server } = COMPOSE.services;
  expect([postgres.profiles, server.profiles]).toEqual([['postgres'], ['postgres']]);
  expect(Object.keys(server.depends_on)).toEqual(['postgres']);
  const database = new URL(server.environment.POSTGRES_URI);
  expect(database.pathname).toBe(`/${postgres.environment.POSTGRES_DB}`);
  expect(postgres.healthcheck.test).toContain(postgres.environment.POSTGRES_DB);
  // The command that the file and the pages name starts nothing else.
  const command = 'docker compose --profile postgres up --build --scale server-postgres=3 server-postgres';
  for (const file of ['docker-compose.yml', 'docs/postgresql.md', 'docs/deployment.md']) {
    expect(readFileSync(join(CONFIG_DIR, '..', file), 'utf8'), file).toContain(command);
  }
});

test.each(['server', 'server-postgres'])(
  'docker-compose.yml gives %s no secret that is empty: it passes one on where it is set, or says which is missing',
  (service) => {
    const environment: Readonly<Record<string, string | null>> = COMPOSE.services[service].environment;
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
  },
);
