import { startReceiver } from '@messaging-system/contract-tests';
import type { ProcessorJson, ReadinessJson } from '@messaging-system/http-hono';
import { Pool } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCutProxy } from '../../../../packages/adapters-postgres/test/support/cut-proxy.ts';
import { LEVEL } from '../support/captured-log.ts';
import { openInProcess, type ServerInProcess } from '../support/open-in-process.ts';
import { postgresUrl, randomName, redisUrl, withServices } from '../support/services.ts';

const HELLO = { phoneNumber: '+905551234567', content: 'Hello' };
const hasServer = postgresUrl !== null;

interface World {
  readonly environment: { readonly POSTGRES_URI: string; readonly POSTGRES_SCHEMA: string };
  readonly pool: Pool;
  readonly schema: string;
}

/** A schema of its own, gone when the test is over. */
function world(): World {
  if (postgresUrl === null) throw new Error('this test is skipped without a server');
  const schema = randomName('server_test_');
  const pool = new Pool({ connectionString: postgresUrl, max: 2 });
  onTestFinished(async () => {
    await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await pool.end();
  });
  return { environment: { POSTGRES_URI: postgresUrl, POSTGRES_SCHEMA: schema }, pool, schema };
}

async function send({ post }: ServerInProcess): Promise<string> {
  const { status, body } = await post<{ readonly id: string }>('/messages', HELLO);
  expect(status).toBe(201);
  return body.id;
}

function statusOf({ get }: ServerInProcess, id: string): () => Promise<string> {
  return async () => (await get<{ readonly status: string }>(`/messages/${id}`)).body.status;
}

describe.skipIf(!hasServer)(withServices('on PostgreSQL', hasServer), () => {
  test('keeps messages and sent cache in one schema, is ready, and its log names no secret', async () => {
    const { environment, pool, schema } = world();
    const uri = new URL(environment.POSTGRES_URI);
    uri.password = 'pa55word';
    const server = await openInProcess({ ...environment, POSTGRES_URI: uri.href });
    await expect.poll(statusOf(server, await send(server))).toBe('sent');
    const { rows } = await pool.query(`SELECT status, content FROM ${schema}.messages`);
    expect(rows).toEqual([{ status: 'sent', content: 'Hello' }]);
    expect((await server.get<ReadinessJson>('/readyz')).body).toMatchObject({
      checks: { store: { ok: true }, sentCache: { ok: true } },
    });
    const name = `PostgreSQL at ${uri.host}${uri.pathname}, schema ${schema}`;
    expect(server.lines()).toContainEqual(expect.objectContaining({ store: name, sentCache: name }));
    expect(server.text()).not.toContain('pa55word');
  });

  test.skipIf(redisUrl === null)('has the sent cache in Redis where that is set', async () => {
    const server = await openInProcess({
      ...world().environment,
      REDIS_URI: redisUrl ?? '',
      REDIS_KEY_PREFIX: `${randomName('server_test_')}:`,
    });
    expect(server.lines()).toContainEqual(
      expect.objectContaining({
        store: expect.stringMatching(/^PostgreSQL at /),
        sentCache: expect.stringMatching(/^Redis at /),
      }),
    );
  });

  test('wakes another server for what is enqueued', async () => {
    const { environment } = world();
    const idle = { ...environment, PROCESSOR_INTERVAL: '1h' };
    const deliverer = await openInProcess(idle);
    const other = await openInProcess({ ...idle, PROCESSOR_AUTO_START: 'false' });
    await expect
      .poll(async () => (await deliverer.get<ProcessorJson>('/processor')).body.lastClaimAt)
      .not.toBeNull();
    await expect.poll(statusOf(other, await send(other))).toBe('sent');
  });

  test('says once that it polls where the address to listen at tells nothing, and delivers', async () => {
    const { environment } = world();
    // Notifications stay within their database.
    const elsewhere = new URL(environment.POSTGRES_URI);
    elsewhere.pathname = '/template1';
    const server = await openInProcess({ ...environment, POSTGRES_LISTEN_URI: elsewhere.href });
    await expect.poll(statusOf(server, await send(server))).toBe('sent');
    const deaf = { level: LEVEL.warn, msg: expect.stringContaining('found by polling alone') };
    await expect
      .poll(() => server.lines().filter(({ level }) => level === LEVEL.warn))
      .toContainEqual(expect.objectContaining(deaf));
  });

  test('is not ready while PostgreSQL is gone, answers with a code, and goes on by itself', async () => {
    const { environment } = world();
    const proxy = await openCutProxy(environment.POSTGRES_URI);
    onTestFinished(() => proxy.cut());
    const server = await openInProcess({ ...environment, POSTGRES_URI: proxy.uri });
    await send(server);
    await proxy.cut();
    await expect.poll(async () => (await server.get('/readyz')).status).toBe(503);
    expect(await server.post('/messages', HELLO)).toMatchObject({
      status: 503,
      body: { code: 'store_unavailable' },
    });
    await proxy.restore();
    await expect.poll(async () => (await server.get('/readyz')).status).toBe(200);
    await expect.poll(statusOf(server, await send(server))).toBe('sent');
  });

  test('a row that somebody wrote by hand is shown, and delivered or given up', async () => {
    const { environment, pool, schema } = world();
    const server = await openInProcess({ ...environment, PROCESSOR_AUTO_START: 'false' });
    await pool.query(
      `INSERT INTO ${schema}.messages
         (id, phone_number, content, sent_at, created_at, expires_at, attempts, lost_leases, begun_at, history, traceparent)
       VALUES
         ('', '', '', 9223372036854775807, -9223372036854775808, NULL, -7, -2147483648, 9223372036854775807, '[null, 7, {}]', 'x'),
         ($1, 'nobody', repeat('x', 100000), 0, 9007199254740993, -1, 2147483647, 2147483647, 0,
          '[{"attempt": "1", "outcome": "sent", "reason": {}}]', NULL)`,
      ['\u{10FFFF}/..%2f?'],
    );
    const { status, body } = await server.get<{ readonly items: readonly { readonly id: string }[] }>(
      '/messages?limit=10',
    );
    expect(status).toBe(200);
    expect(body.items).toHaveLength(2);
    for (const { id } of body.items) {
      expect((await server.get(`/messages/${encodeURIComponent(id)}`)).status).toBeLessThan(500);
      expect((await server.post(`/messages/${encodeURIComponent(id)}/cancel`)).status).toBeLessThan(500);
      expect((await server.post(`/messages/${encodeURIComponent(id)}/redrive`)).status).toBeLessThan(500);
    }
    for (const path of ['/', '/processor', '/metrics', '/processor/sent-messages', '/readyz']) {
      expect((await fetch(server.server.url + path)).status, path).toBeLessThan(500);
    }
    await server.post('/processor/start');
    await expect.poll(statusOf(server, await send(server))).toBe('sent');
    const { rows } = await pool.query(`SELECT id FROM ${schema}.messages WHERE status = 'unsent'`);
    expect(rows).toEqual([]);
  });

  test('two workers deliver what one server takes, each once', { timeout: 60_000 }, async () => {
    const { url, received, close } = await startReceiver();
    onTestFinished(close);
    const settings = { CLIENT_URL: url, SERVER_WORKERS: '2', POSTGRES_MAX_CONNECTIONS: '3' };
    const server = await openInProcess({ ...world().environment, ...settings });
    await server.post(
      '/messages',
      Array.from({ length: 200 }, () => HELLO),
    );
    await expect
      .poll(async () => (await server.get<ProcessorJson>('/processor')).body.counts?.sent.count)
      .toBe(200);
    expect(received()).toHaveLength(200);
  });

  test('is not opened in a database that does not exist, and says which one', async () => {
    const uri = new URL(world().environment.POSTGRES_URI);
    uri.pathname = '/nobody_made_it';
    await expect(openInProcess({ POSTGRES_URI: uri.href })).rejects.toThrow(
      /^cannot use PostgreSQL at .+\/nobody_made_it, schema messaging: .*the database does not exist/,
    );
  });
});
