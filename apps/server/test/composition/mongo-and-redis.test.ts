import { startReceiver } from '@messaging-system/contract-tests';
import { Redis } from 'ioredis';
import { MongoClient, ObjectId } from 'mongodb';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WireProxy } from '../../../../packages/adapters-mongo/test/support/wire-proxy.ts';
import { directApi } from '../../../../packages/cli/src/connection/local-api.ts';
import { checkStore } from '../../../../packages/cli/src/doctor/check-store.ts';
import { configurationOf } from '../../src/command-line-host.ts';
import { LEVEL } from '../support/captured-log.ts';
import { loaded } from '../support/load.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { mongoUri, randomName, redisUrl, withServices } from '../support/services.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const hasServices = mongoUri !== null && redisUrl !== null;

interface World {
  readonly environment: Readonly<Record<string, string>>;
  readonly keyPrefix: string;
  readonly messages: ReturnType<ReturnType<MongoClient['db']>['collection']>;
  readonly redis: Redis;
}

/** A database and a key prefix of its own, gone when the test is over. */
async function world(): Promise<World> {
  if (mongoUri === null || redisUrl === null) throw new Error('this test is skipped without servers');
  const database = randomName('server_test_');
  const keyPrefix = `${database}:`;
  const client = await MongoClient.connect(mongoUri);
  const redis = new Redis(redisUrl, { replyMapping: 'legacy' });
  onTestFinished(async () => {
    const keys = await redis.keys(`${keyPrefix}*`);
    if (keys.length > 0) await redis.unlink(keys);
    redis.disconnect();
    await client.db(database).dropDatabase();
    await client.close();
  });
  return {
    environment: {
      MONGO_URI: mongoUri,
      MONGO_DATABASE: database,
      REDIS_URI: redisUrl,
      REDIS_KEY_PREFIX: keyPrefix,
    },
    keyPrefix,
    messages: client.db(database).collection('messages'),
    redis,
  };
}

describe.skipIf(!hasServices)(withServices('on MongoDB and Redis', hasServices), () => {
  test('listens to a change stream if it is asked to', async () => {
    const { environment } = await world();
    const proxy = await WireProxy.open(environment.MONGO_URI ?? '');
    const asked: unknown[] = [];
    proxy.answerWith(async (command, pass) => {
      if ('aggregate' in command) asked.push(command.pipeline[0]);
      return pass(command);
    });
    onTestFinished(() => proxy.close());
    await openInProcess({ ...environment, MONGO_URI: proxy.uri, MONGO_CHANGE_STREAMS: 'true' });
    await expect
      .poll(() => asked)
      .toContainEqual(expect.objectContaining({ $changeStream: expect.anything() }));
  });

  test('delivers a document of the Go service, marks it and remembers it in Redis', async () => {
    const { environment, keyPrefix, messages, redis } = await world();
    const _id = new ObjectId();
    await messages.insertOne({
      _id,
      phoneNumber: '+905551234567',
      content: 'from Go',
      status: 'unsent',
      webhookMessageId: '',
      sentAt: new Date('0001-01-01T00:00:00Z'),
    });
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const { get, lines } = await openInProcess({ ...environment, CLIENT_URL: receiver.url, REDIS_TTL: '2h' });

    await expect.poll(async () => (await messages.findOne({ _id }))?.status).toBe('sent');
    expect(receiver.received()).toHaveLength(1);
    const remembered = JSON.parse((await redis.get(`${keyPrefix}${_id}`)) ?? 'null');
    expect(remembered).toEqual({ messageId: 'receiver-id-1', sentAt: expect.any(String) });
    const ttl = await redis.ttl(`${keyPrefix}${_id}`);
    expect(ttl).toBeGreaterThan(7_000);
    expect(ttl).toBeLessThanOrEqual(7_200);
    expect((await get('/readyz')).status).toBe(200);
    expect(lines()).toContainEqual(
      expect.objectContaining({
        store: expect.stringMatching(/^MongoDB at .+, server_test_.+\.messages$/),
        sentCache: expect.stringMatching(/^Redis at /),
      }),
    );
  });

  test('keeps the sent cache in SQLite where Redis is not set', async () => {
    const { environment } = await world();
    const { REDIS_URI: _, ...withoutRedis } = environment;
    const { get, post, lines } = await openInProcess(withoutRedis);
    const { body } = await post<{ readonly id: string }>('/messages', {
      phoneNumber: '+905551234567',
      content: 'Hello',
    });
    const status = async (): Promise<unknown> =>
      (await get<{ readonly status: string }>(`/messages/${body.id}`)).body.status;
    await expect.poll(status).toBe('sent');
    expect(lines()[0]).toMatchObject({ sentCache: expect.stringMatching(/^SQLite /) });
  });

  test('a user without rights to the collection of the stop delivers, and log, doctor and --direct say what to grant', async () => {
    const { environment } = await world();
    const proxy = await WireProxy.open(environment.MONGO_URI ?? '');
    proxy.answerWith(async (command, pass) =>
      Object.values(command).includes('messages_processor')
        ? { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized' }
        : pass(command),
    );
    onTestFinished(() => proxy.close());
    const settings = { ...environment, MONGO_URI: proxy.uri };
    const missing = `${environment.MONGO_DATABASE}.messages_processor`;
    const { get, post, lines } = await openInProcess(settings);
    expect(lines()).toContainEqual(
      expect.objectContaining({ level: LEVEL.warn, msg: expect.stringContaining(`may not read ${missing}`) }),
    );

    for (const action of ['stop-all', 'start-all']) {
      expect(await post(`/processor/${action}`)).toMatchObject({
        status: 503,
        body: { code: 'store_rejected' },
      });
    }
    const refused = lines().filter(({ err }) => JSON.stringify(err)?.includes(`may not write ${missing}`));
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ err: { message: expect.stringContaining('grant') } });

    const hello = { phoneNumber: '+905551234567', content: 'Hello' };
    const { body } = await post<{ readonly id: string }>('/messages', hello);
    await expect
      .poll(async () => (await get<{ readonly status: string }>(`/messages/${body.id}`)).body.status)
      .toBe('sent');
    expect((await get('/processor')).status).toBe(200);

    const configuration = configurationOf(loaded(settings, temporaryHome()));
    const checks = await checkStore(configuration);
    expect(checks).toContainEqual(
      expect.objectContaining({
        result: 'warning',
        detail: expect.stringContaining(`may not read ${missing}`),
      }),
    );
    expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);

    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => written.mockRestore());
    await using lifetimes = new AsyncDisposableStack();
    await directApi(configuration, lifetimes, false);
    expect(written.mock.calls.join()).toContain(`may not read ${missing}`);
  });

  test('makes its indexes in the configured collection', async () => {
    const { environment, messages } = await world();
    await openInProcess({ ...environment, MONGO_MESSAGE_COLLECTION: 'outbox' });
    const client = await MongoClient.connect(mongoUri ?? '');
    onTestFinished(() => client.close());
    const outbox = client.db(messages.dbName).collection('outbox');
    expect((await outbox.indexes()).length).toBeGreaterThan(1);
  });
});
