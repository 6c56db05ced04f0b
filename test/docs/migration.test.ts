import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { type Collection, type Document, type IndexDescription, ObjectId } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { accept, CountingReceiver } from '../../evidence/support/counting-receiver.ts';
import { GO_PATH, GO_ZERO_TIME, GoService } from '../../evidence/support/go-service.ts';
import { ServerProcess } from '../../evidence/support/server-process.ts';
import { mongoStore } from '../../evidence/support/stores.ts';
import { TemporaryFolder } from '../../evidence/support/temporary-folder.ts';
import { until } from '../../evidence/support/until.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'apps/server/src/main.ts');
// The Go repository's own, to the byte.
const GO_FILE = join(ROOT, 'apps/server/test/config/go-service/prod.yaml');
const run = promisify(execFile);

const mongoUri = inject('mongoUri');
const redisUrl = inject('redisUrl');
const skipped = mongoUri === null || redisUrl === null;
const title = (text: string): string => (skipped ? `${text} [SKIPPED: ${inject('servicesWhy')}]` : text);

/** The code blocks of a page in one language. */
async function snippets(page: string, language: string): Promise<readonly string[]> {
  return blocksOf(await readFile(join(ROOT, 'docs', page), 'utf8'), language);
}

/** Without the indentation of a list. */
function blocksOf(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\``, 'gms'))].map(
    ([, indent, code]) => (code ?? '').replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** The code blocks of one section of the page, together. */
async function codeOf(section: string, language: string): Promise<string> {
  const text = await readFile(join(ROOT, 'docs/migrating-from-the-go-service.md'), 'utf8');
  const found = text.split(/^## (?:\d+\. )?/m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  return blocksOf(found, language).join('\n');
}

async function configFolder(yaml: string): Promise<TemporaryFolder> {
  const folder = await TemporaryFolder.make();
  await mkdir(join(folder.path, '.config'));
  await writeFile(join(folder.path, '.config/prod.yaml'), yaml);
  return folder;
}

/** Runs each curl line of a block against a server; what it printed, by the line. */
async function curlLines(block: string, url: string): Promise<readonly string[]> {
  const lines = block.split('\n').filter((line) => line.startsWith('curl '));
  const outputs: string[] = [];
  for (const line of lines) {
    const command = line
      .replace('curl ', 'curl -s ')
      .replace('localhost:3000', url)
      .replace(/ {2,}#.*$/, '');
    outputs.push((await run('/bin/sh', ['-c', command])).stdout);
  }
  return outputs;
}

/** Runs the statements of a block as the shell does; what each of them came to. */
async function runInShell(code: string, messages: Collection): Promise<readonly unknown[]> {
  const statements: (() => Promise<unknown>)[] = [];
  const db = {
    messages: {
      createIndexes: (indexes: readonly ({ readonly name: string } & IndexDescription)[]) =>
        statements.push(() => messages.createIndexes([...indexes])),
      find: (filter: Document) => statements.push(() => messages.find(filter).toArray()),
      updateMany: (filter: Document, update: Document) =>
        statements.push(() => messages.updateMany(filter, update)),
    },
  };
  new Function('db', code)(db);
  // One after the other, as the shell does: a find must not meet what the update behind it has changed.
  const came: unknown[] = [];
  for (const statement of statements) came.push(await statement());
  return came;
}

/** Runs a command of the CLI in a folder; what it printed, both streams together. */
async function messagingSystem(
  folder: TemporaryFolder,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, APP_ENV: 'prod', ...environment };
  const command = [process.execPath, '--conditions=@messaging-system/source', MAIN, ...args].join(' ');
  return (await run('/bin/sh', ['-c', `${command} 2>&1; true`], { cwd: folder.path, env })).stdout;
}

test('the file of the page is that of the Go service with the path added', async () => {
  const [yaml = ''] = await snippets('migrating-from-the-go-service.md', 'yaml');
  const keysOf = (text: string): readonly string[] =>
    [...text.matchAll(/^ *\w+:/gm)].map(([key]) => key).filter((key) => key !== '  path:');
  expect(keysOf(yaml)).toEqual(keysOf(await readFile(GO_FILE, 'utf8')));
  expect(yaml).toContain(`  path: ${GO_PATH}\n`);
});

test('the configuration of the Go service is read as it is, and asks for the path', async () => {
  await using folder = await configFolder(await readFile(GO_FILE, 'utf8'));
  const printed = await messagingSystem(folder, ['--check-config']);
  expect(printed).toContain('The configuration is right.');
  expect(printed).toContain(`the Go service delivers to https://webhook.site${GO_PATH}`);
  const [yaml = ''] = await snippets('migrating-from-the-go-service.md', 'yaml');
  await using decided = await configFolder(yaml);
  expect(await messagingSystem(decided, ['--check-config'])).toMatch(/^The configuration is right/);
});

describe.skipIf(skipped)(title('migrating from the Go service'), () => {
  test('the steps of the page take its messages over, and none is sent twice', {
    timeout: 120_000,
  }, async () => {
    const start = await codeOf('Start it without delivery', 'sh');
    const change = await codeOf('Change over', 'sh');
    const after = await codeOf('Look after it', 'sh');
    const back = await codeOf('Going back', 'sh');
    await using store = await mongoStore(mongoUri ?? '', redisUrl ?? '');
    await using receiver = await CountingReceiver.start();
    const { origin, host } = new URL(receiver.url);
    const goFile = (await readFile(GO_FILE, 'utf8'))
      .replace('https://webhook.site', origin)
      .replace('mongodb://localhost:27017', mongoUri ?? '')
      .replace('database: "message"', `database: "${store.database}"`)
      .replace('localhost:6379', (redisUrl ?? '').replace('redis://', ''));
    await using folder = await configFolder(goFile);
    const messages = store.client.db(store.database).collection('messages');
    const redis = new Redis(redisUrl ?? '');

    const go = new GoService(messages, redis, origin);
    const put = (n: number): { readonly _id: ObjectId } & Document => ({
      _id: new ObjectId(),
      ...{ phoneNumber: `+90555000000${n}`, content: `message ${n}`, status: 'unsent' },
      ...{ webhookMessageId: '', sentAt: GO_ZERO_TIME },
    });
    const [sent, refused, killed, uncached, waiting] = [put(1), put(2), put(3), put(4), put(5)];
    await messages.insertMany([sent, refused]);
    receiver.behave((delivery, response) => {
      response.writeHead(delivery.content === 'message 2' ? 500 : 202, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify({ messageId: `receipt of ${delivery.content}` }));
    });
    await go.tick();
    // It is killed twice: between a mark and its note in Redis, and between a send and its mark.
    await messages.insertOne(uncached);
    await go.tick('after the mark');
    await messages.insertOne(killed);
    await go.tick('after the send');
    await messages.insertOne(waiting);
    expect(receiver.deliveries.map(({ content }) => content)).toEqual(
      [1, 2, 4, 3].map((n) => `message ${n}`),
    );
    expect(await go.find('sent', 10)).toMatchObject([
      { _id: sent._id, webhookMessageId: 'receipt of message 1' },
      { _id: refused._id, webhookMessageId: '' },
      { _id: uncached._id, webhookMessageId: 'receipt of message 4' },
    ]);
    expect(await redis.get(String(refused._id))).toMatch(
      /^{"messageId":"","sentAt":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"}$/,
    );
    expect(await redis.exists(String(killed._id), String(uncached._id))).toBe(0);

    const [indexes = ''] = await snippets('deployment.md', 'js');
    await runInShell(indexes, messages);
    expect(await messages.indexes()).toHaveLength(6);

    const asked = await messagingSystem(folder, ['doctor']);
    expect(asked).toMatch(/^warning +configuration .*the Go service delivers to /m);
    expect(asked).toContain(`deliveries go to ${origin}/; ${host} can be reached`);
    await writeFile(
      join(folder.path, '.config/prod.yaml'),
      goFile.replace('client:\n', `client:\n  path: ${GO_PATH}\n`),
    );
    const decided = await messagingSystem(folder, ['doctor']);
    expect(decided).not.toMatch(/^warning +configuration/m);
    expect(decided).toContain(`deliveries go to ${origin}${GO_PATH}; ${host} can be reached`);

    expect(start).toContain(
      'APP_ENV=prod SERVER_PORT=3000 PROCESSOR_AUTO_START=false messaging-system serve',
    );
    await using server = await ServerProcess.start(
      { APP_ENV: 'prod', PROCESSOR_AUTO_START: 'false', PROCESSOR_INTERVAL: '200ms' },
      folder.path,
    );
    expect(server.output).toContain(`"target":"${origin}${GO_PATH}"`);
    expect(await messages.indexes()).toHaveLength(6);
    const [ready = '', processor = '', list = ''] = await curlLines(start, server.url);
    expect(JSON.parse(ready).state).toBe('stopped');
    expect(JSON.parse(processor)).toMatchObject({
      state: 'stopped',
      counts: { unsent: { count: 2 }, sent: { count: 3 } },
    });
    expect(JSON.parse(list).map(({ id }: { readonly id: string }) => id)).toEqual(
      [uncached, refused, sent].map(({ _id }) => String(_id)),
    );
    const before = receiver.deliveries.length;
    receiver.behave(accept);

    const falselySent = await codeOf('Find what the Go service called sent and was not', 'js');
    const [found, reset] = await runInShell(falselySent, messages);
    expect(found).toMatchObject([{ _id: refused._id }]);
    expect(reset).toMatchObject({ modifiedCount: 1 });

    const [started = ''] = await curlLines(change, server.url);
    expect(JSON.parse(started)).toEqual({ message: 'message processor started' });
    expect(change).toContain(started.trim());
    await until('all are sent', async () => (await messages.countDocuments({ status: 'sent' })) === 5);
    // Only the one that it had noted nowhere arrives twice; the one that it had taken a 500 for sent arrives at last.
    const delivered = receiver.deliveries.slice(before).map(({ webhookId }) => webhookId);
    expect(delivered.sort()).toEqual([refused, killed, waiting].map(({ _id }) => String(_id)).sort());

    const [counted = '', failed = ''] = await curlLines(after, server.url);
    expect(JSON.parse(counted)).toMatchObject({ counts: { unsent: { count: 0 }, sent: { count: 5 } } });
    expect(JSON.parse(failed)).toMatchObject({ items: [] });

    const [stopped = ''] = await curlLines(back, server.url);
    expect(back).toContain(stopped.trim());
    await until('it has drained', async () => {
      const [, state = ''] = await curlLines(back, server.url);
      return JSON.parse(state).state === 'stopped';
    });

    await server.stop();
    const refuse = await codeOf('Look at the messages', 'js');
    const queued = [6, 7, 8, 9].map(put);
    await messages.insertMany([
      { ...put(0), phoneNumber: '+4915112345678' },
      { ...put(0), content: 'ş'.repeat(51) },
      ...queued,
    ]);
    await go.tick();
    expect(receiver.deliveries).toHaveLength(before + 3);
    const [inTheWay] = await runInShell(refuse, messages);
    expect(inTheWay).toMatchObject([{ phoneNumber: '+4915112345678' }, { content: 'ş'.repeat(51) }]);
    expect(back).toMatch(/APP_ENV=prod messaging-system cancel --direct \w+/);
    const ids = (await go.find('unsent', 2)).map(({ _id }) => String(_id));
    const cancelled = await messagingSystem(folder, ['cancel', '--direct', ...ids]);
    expect(cancelled).toContain('cancelled');
    await go.tick();
    expect(receiver.deliveries.slice(before + 3).map(({ content }) => content)).toEqual([
      'message 6',
      'message 7',
    ]);
    await redis.unlink([sent, refused, killed, uncached, waiting, ...queued].map(({ _id }) => String(_id)));
    redis.disconnect();
  });
});

test('the page of deployment names the indexes as the code makes them', async () => {
  const { INDEXES } = await import('../../packages/adapters-mongo/src/indexes.ts');
  const [code = ''] = await snippets('deployment.md', 'js');
  const shown: unknown[] = [];
  const db = { messages: { createIndexes: (indexes: readonly unknown[]) => shown.push(...indexes) } };
  new Function('db', code)(db);
  expect(shown).toEqual(Object.values(INDEXES));
});
