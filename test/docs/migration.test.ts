import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { type Collection, type IndexDescription, ObjectId } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { CountingReceiver } from '../support/counting-receiver.ts';
import { ServerProcess } from '../support/server-process.ts';
import { mongoStore } from '../support/stores.ts';
import { TemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'apps/server/src/main.ts');
const run = promisify(execFile);

const mongoUri = inject('mongoUri');
const redisUrl = inject('redisUrl');
const skipped = mongoUri === null || redisUrl === null;
const title = (text: string): string => (skipped ? `${text} [SKIPPED: ${inject('servicesWhy')}]` : text);

/** The code blocks of a page in one language, without the indentation of a list. */
async function snippets(page: string, language: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\``, 'gms'))].map(
    ([, indent, code]) => (code ?? '').replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

async function configFolder(yaml: string): Promise<TemporaryFolder> {
  const folder = await TemporaryFolder.make();
  await mkdir(join(folder.path, '.config'));
  await writeFile(join(folder.path, '.config/prod.yaml'), yaml);
  return folder;
}

/** Runs each curl line of a block against a server; what it printed, by the line. */
async function curlLines(block: string | undefined, url: string): Promise<readonly string[]> {
  const lines = (block ?? '').split('\n').filter((line) => line.startsWith('curl '));
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

/** `createIndexes` as the shell has it. */
async function runInShell(code: string, messages: Collection): Promise<void> {
  const made: Promise<unknown>[] = [];
  const db = {
    messages: {
      createIndexes: (indexes: readonly ({ readonly name: string } & IndexDescription)[]) =>
        made.push(messages.createIndexes([...indexes])),
    },
  };
  new Function('db', code)(db);
  await Promise.all(made);
}

test('the configuration of the Go service is read as it is', async () => {
  const [yaml = ''] = await snippets('migrating-from-the-go-service.md', 'yaml');
  await using folder = await configFolder(yaml);
  const { stdout } = await run(
    process.execPath,
    ['--conditions=@messaging-system/source', MAIN, '--check-config'],
    { cwd: folder.path, env: { PATH: process.env.PATH, APP_ENV: 'prod' } },
  );
  expect(stdout).toContain('https://example.com/hook');
});

describe.skipIf(skipped)(title('migrating from the Go service'), () => {
  test('the steps of the page take its messages over, and none is sent twice', {
    timeout: 120_000,
  }, async () => {
    const [yaml = ''] = await snippets('migrating-from-the-go-service.md', 'yaml');
    const shell = await snippets('migrating-from-the-go-service.md', 'sh');
    await using folder = await configFolder(yaml.replace(/^ {2}password:.*\n/m, ''));
    await using store = await mongoStore(mongoUri ?? '', redisUrl ?? '');
    await using receiver = await CountingReceiver.start();
    const messages = store.client.db(store.database).collection('messages');
    const redis = new Redis(redisUrl ?? '');

    const goTime = new Date('0001-01-01T00:00:00Z');
    const of = (n: number, rest: object): { _id: ObjectId } => ({
      _id: new ObjectId(),
      ...{ phoneNumber: `+90555000000${n}`, content: `message ${n}`, ...rest },
    });
    const unsent = of(1, { status: 'unsent' });
    const zero = of(2, { status: 'unsent', webhookMessageId: '', sentAt: goTime });
    const unmarked = of(3, { status: 'unsent' });
    const sent = of(4, { status: 'sent', webhookMessageId: 'go-receipt', sentAt: goTime });
    await messages.insertMany([unsent, zero, unmarked, sent]);
    const noted = JSON.stringify({ messageId: 'go-receipt-3', sentAt: '2026-01-02T03:04:05Z' });
    await redis.set(String(unmarked._id), noted, 'EX', 600);

    const [indexes = ''] = await snippets('deployment.md', 'js');
    await runInShell(indexes, messages);
    expect(await messages.indexes()).toHaveLength(6);

    expect(shell[0]).toContain('APP_ENV=prod PROCESSOR_AUTO_START=false messaging-system serve');
    await using server = await ServerProcess.start(
      {
        ...store.environment,
        APP_ENV: 'prod',
        PROCESSOR_AUTO_START: 'false',
        PROCESSOR_INTERVAL: '200ms',
        CLIENT_URL: receiver.url,
      },
      folder.path,
    );
    expect(await messages.indexes()).toHaveLength(6);
    const [ready = '', processor = '', list = ''] = await curlLines(shell[1], server.url);
    expect(JSON.parse(ready).state).toBe('stopped');
    expect(JSON.parse(processor)).toMatchObject({
      state: 'stopped',
      counts: { unsent: { count: 3 }, sent: { count: 1 } },
    });
    expect(JSON.parse(list)).toMatchObject([{ id: String(sent._id), webhookMessageId: 'go-receipt' }]);
    expect(receiver.deliveries).toEqual([]);

    const [started = ''] = await curlLines(shell[2], server.url);
    expect(JSON.parse(started)).toEqual({ message: 'message processor started' });
    expect(shell[2]).toContain(started.trim());
    await until('all are sent', async () => (await messages.countDocuments({ status: 'sent' })) === 4);
    expect(receiver.deliveries.map(({ webhookId }) => webhookId).sort()).toEqual(
      [String(unsent._id), String(zero._id)].sort(),
    );
    expect(await messages.findOne({ _id: unmarked._id })).toMatchObject({
      webhookMessageId: 'go-receipt-3',
    });

    const [after = '', failed = ''] = await curlLines(shell[3], server.url);
    expect(JSON.parse(after)).toMatchObject({ counts: { unsent: { count: 0 }, sent: { count: 4 } } });
    expect(JSON.parse(failed)).toMatchObject({ items: [] });

    const [stopped = ''] = await curlLines(shell[4], server.url);
    expect(shell[4]).toContain(stopped.trim());
    await until('it has drained', async () => {
      const [, state = ''] = await curlLines(shell[4], server.url);
      return JSON.parse(state).state === 'stopped';
    });
    await redis.unlink([unsent, zero, unmarked].map(({ _id }) => String(_id)));
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
