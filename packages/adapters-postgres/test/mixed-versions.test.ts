import { Dispatcher } from '@messaging-system/core';
import type { WebhookSender } from '@messaging-system/core/adapter';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { Pool } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { PostgresStore, poolDatabase } from '../src/index.ts';
import { prepareSchema } from '../src/migrations.ts';
import { MIGRATIONS, type Migration } from '../src/schema.ts';
import { Session } from '../src/session.ts';
import { freshStore, openStore } from './support/open-store.ts';
import { describeWithPostgres } from './support/services.ts';

const MESSAGES = 600;

/** The next patch of this release: a column of its own, which this release does not know. */
const NEXT_PATCH: Migration = {
  statements: [
    `ALTER TABLE messaging.messages ADD COLUMN destination text COLLATE "C" NOT NULL DEFAULT 'default'`,
  ],
  needs: 1,
};

describeWithPostgres('this release and the next patch of it', (world) => {
  test('deliver side by side from one schema, each message once, and keep what the other wrote', {
    timeout: 60_000,
  }, async () => {
    const { store: present, schema, plain } = await freshStore(world());
    const sent = new Map<string, number>();
    const presentOne = startDispatcher(present, sent);
    await insertNow(present, MESSAGES / 3);
    await expect.poll(() => sent.size).toBeGreaterThan(0);

    // In the midst of it.
    const pool = new Pool({ connectionString: world().uri, max: 5 });
    onTestFinished(() => pool.end());
    await prepareSchema(new Session(poolDatabase(pool), schema), undefined, [...MIGRATIONS, NEXT_PATCH]);
    const next = await PostgresStore.open({ database: poolDatabase(pool), schema });
    onTestFinished(() => next.close());
    const nextOne = startDispatcher(next, sent);
    await insertNow(next, MESSAGES / 3);
    await plain.query(`UPDATE ${schema}.messages SET destination = 'other' WHERE content = 'Message 0'`);

    // A process of this release that is started again meanwhile.
    const again = await openStore({ uri: world().uri, schema });
    await insertNow(again, MESSAGES / 3);
    await expect.poll(() => sent.size).toBe(MESSAGES);
    await Promise.all([presentOne(), nextOne()]);
    expect([...sent.values()].filter((count) => count !== 1)).toEqual([]);
    const { rows } = await plain.query(
      `SELECT status, destination, count(*)::integer FROM ${schema}.messages GROUP BY 1, 2 ORDER BY 2`,
    );
    const others = rows.find(({ destination }) => destination === 'other');
    expect(others).toMatchObject({ status: 'sent' });
    expect(rows).toEqual([
      { status: 'sent', destination: 'default', count: MESSAGES - others.count },
      others,
    ]);
    expect((await again.messages.counts()).sent.count).toBe(MESSAGES);
    const versions = await plain.query(`SELECT max(version) AS version FROM ${schema}.migrations`);
    expect(versions.rows).toEqual([{ version: MIGRATIONS.length + 1 }]);
  });
});

async function insertNow({ messages }: PostgresStore, count: number): Promise<void> {
  const createdAt = Date.now();
  const unkeyed = { idempotencyKey: null, sendAt: null, expiresAt: null, createdAt };
  await messages.insert(
    Array.from({ length: count }, (_, n) => ({
      ...unkeyed,
      phoneNumber: '+905551234567',
      content: `Message ${n}`,
    })),
  );
}

/** Returns how to stop it. */
function startDispatcher(store: PostgresStore, sent: Map<string, number>): () => Promise<void> {
  const sender: WebhookSender = {
    timeoutMs: 1_000,
    async send({ id }) {
      sent.set(id, (sent.get(id) ?? 0) + 1);
      return { kind: 'accepted' };
    },
  };
  const parts = { repository: store.messages, sentCache: store.sentCache, sender };
  const dispatcher = new Dispatcher(
    { ...parts, clock: new SystemClock(), random: new SystemRandom() },
    { drain: true, intervalMs: 100, batchSize: 10, concurrency: 4 },
  );
  dispatcher.start();
  return async () => {
    dispatcher.stop();
    await dispatcher.whenStopped();
  };
}
