import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { loaded, problemsOf } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const RECEIVER = { APP_ENV: 'test', CLIENT_URL: 'http://receiver.example/' };

test('reads the keys of the Go service', () => {
  const home = temporaryHome({
    'test.yaml': `
appName: notifier
server:
  port: 8081
client:
  url: https://receiver.example/hook
  apiKey: a-client-key
mongo:
  uri: mongodb://127.0.0.1:27017
  database: message
  messageCollection: messages
redis:
  uri: 127.0.0.1:6379
  password:
  db: 0
  ttl: 24h
`,
  });
  const { config } = loaded({ APP_ENV: 'test' }, home);
  expect(config).toMatchObject({
    appName: 'notifier',
    server: { port: 8081 },
    client: { url: 'https://receiver.example/hook', apiKey: 'a-client-key' },
    mongo: { uri: 'mongodb://127.0.0.1:27017', database: 'message', messageCollection: 'messages' },
    redis: { uri: 'redis://127.0.0.1:6379', db: 0, ttl: 86_400_000 },
  });
  expect(config.redis.password).toBeUndefined();
});

test('takes a list of keys in YAML as it takes one', () => {
  const home = temporaryHome({ 'test.yaml': 'server:\n  apiKey: [key-one, key-two]\n' });
  expect(loaded(RECEIVER, home).config.server.apiKey).toEqual(['key-one', 'key-two']);
});

test.each(['', '# nothing\n', 'server:\n', 'server:\n  port:\n'])(
  'takes %j for no setting at all',
  (text) => {
    const { config } = loaded(RECEIVER, temporaryHome({ 'test.yaml': text }));
    expect(config.server.port).toBe(3000);
  },
);

describe('refuses by name', () => {
  test.each([
    ['server:\n  prot: 1', 'server.prot', 2, 'did you mean server.port?'],
    ['Server:\n  port: 1', 'Server', 1, 'did you mean server?'],
    ['port: 1', 'port', 1, 'did you mean server.port?'],
    ['client:\n  url: http://x\n  uri: y', 'client.uri', 3, 'did you mean client.url?'],
    ['\n\nquantum: 1', 'quantum', 3, 'there is no such setting'],
    ['server: 3000', 'server', 1, 'is a section'],
    ['- server', 'YAML', 1, 'is not a map'],
    ['server:\n  port: 1\n  port: 2', 'YAML', 3, 'unique'],
    ['server:\n\tport: 1', 'YAML', 2, 'Tabs'],
  ])('%j', (text, key, line, problem) => {
    const home = temporaryHome({ 'test.yaml': text });
    expect(problemsOf(RECEIVER, home)).toContainEqual(
      expect.objectContaining({
        key,
        origin: { kind: 'file', path: join(home, '.config', 'test.yaml'), line },
        problem: expect.stringContaining(problem),
      }),
    );
  });
});

test.each([
  'apiKey: !s3cret-marker x',
  'apiKey: "s3cret-marker',
  'apiKey: %s3cret-marker',
  'apiKey: {s3cret-marker',
  'apiKey: *s3cret-marker',
  'apiKey: a: s3cret-marker',
])('quotes nothing of YAML that it cannot read: %j', (line) => {
  const problems = problemsOf(RECEIVER, temporaryHome({ 'test.yaml': `client:\n  ${line}\n` }));
  expect(problems).not.toHaveLength(0);
  expect(JSON.stringify(problems)).not.toContain('s3cret-marker');
});

describe('the place of the file', () => {
  test('is the nearest .config above the working directory', () => {
    const home = realpathSync(temporaryHome({ 'test.yaml': 'appName: found' }));
    const below = join(home, 'apps', 'server');
    mkdirSync(below, { recursive: true });
    const result = loaded(RECEIVER, below);
    expect(result.config.appName).toBe('found');
    expect(result.config.sqlite.path).toBe(join(home, 'data', 'messages.db'));
  });

  test("is not the user's own .config, which belongs to everything", () => {
    const user = realpathSync(temporaryHome({ 'test.yaml': 'appName: stranger' }));
    vi.stubEnv('HOME', user);
    onTestFinished(() => void vi.unstubAllEnvs());
    const project = join(user, 'project');
    mkdirSync(project);
    expect(problemsOf(RECEIVER, project)).toMatchObject([
      { key: 'APP_ENV', problem: `there is no ${join(project, '.config', 'test.yaml')}` },
    ]);
  });

  test('is CONFIG_DIR where that is set, and paths stay where they were', () => {
    const elsewhere = temporaryHome({ 'test.yaml': 'appName: elsewhere' });
    const home = temporaryHome();
    const result = loaded({ ...RECEIVER, CONFIG_DIR: join(elsewhere, '.config') }, home);
    expect(result.config.appName).toBe('elsewhere');
    expect(result.config.sqlite.path).toBe(join(home, 'data', 'messages.db'));
  });

  test('is named when nothing is there, together with what else is wrong', () => {
    const home = temporaryHome();
    expect(problemsOf({ APP_ENV: 'tset', SERVER_PORT: 'x' }, home)).toMatchObject([
      { key: 'APP_ENV', problem: `there is no ${join(home, '.config', 'tset.yaml')}` },
      { key: 'server.port' },
    ]);
  });

  test.each(['../test', 'a/b', 'a b'])('is never outside of its folder: %j', (appEnv) => {
    expect(problemsOf({ APP_ENV: appEnv }, temporaryHome())).toMatchObject([
      { key: 'APP_ENV', problem: 'is not a name of an environment' },
    ]);
  });

  test('is reported when it is a folder', () => {
    const home = temporaryHome();
    mkdirSync(join(home, '.config', 'test.yaml'));
    expect(problemsOf(RECEIVER, home)).toMatchObject([
      { key: 'APP_ENV', problem: expect.stringContaining('EISDIR') },
    ]);
  });
});

test.each(['503', '[503, 500]', '"503, 500"'])('takes the ambiguous statuses %s', (text) => {
  const home = temporaryHome({ 'test.yaml': `client: { sandbox: true, ambiguousStatuses: ${text} }` });
  const { config } = loaded({ APP_ENV: 'test' }, home);
  expect(config.client.ambiguousStatuses).toEqual(text === '503' ? [503] : [503, 500]);
});
