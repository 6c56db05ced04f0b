import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoMessageRepository } from '@messaging-system/adapters-mongo';
import { PostgresStore } from '@messaging-system/adapters-postgres';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import type { Message } from '@messaging-system/core';
import type { MessageRepository, SendOutcome, WebhookSender } from '@messaging-system/core/adapter';
import fc from 'fast-check';
import {
  Binary,
  Code,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  MongoBulkWriteError,
  MongoClient,
  ObjectId,
  Timestamp,
} from 'mongodb';
import { Pool } from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { TemporaryFolder } from '../../evidence/support/temporary-folder.ts';
import { deliverAll } from './support/deliver-all.ts';
import { cases, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';

const GOOD = { phoneNumber: '+905551111111', content: 'a good one' };
const PAST = new Date('2020-01-01T00:00:00Z');

const OUTCOMES: readonly SendOutcome[] = [
  { kind: 'accepted', webhookMessageId: 'receipt' },
  { kind: 'accepted' },
  { kind: 'retryable', reason: 'http_500' },
  { kind: 'permanent', reason: 'http_400' },
  { kind: 'ambiguous', reason: 'timeout' },
];

/** Delivers the good ones, and answers for the others whatever comes next. */
class AnySender implements WebhookSender {
  readonly timeoutMs = 500;
  readonly sent: Message[] = [];
  readonly #outcomes: readonly SendOutcome[];

  constructor(outcomes: readonly SendOutcome[]) {
    this.#outcomes = outcomes;
  }

  async send(message: Message): Promise<SendOutcome> {
    this.sent.push(message);
    if (message.content === GOOD.content) return { kind: 'accepted' };
    return this.#outcomes[this.sent.length % this.#outcomes.length] ?? { kind: 'accepted' };
  }
}

async function expectAllSettled(
  repository: MessageRepository,
  outcomes: readonly SendOutcome[],
  ambiguity: 'resend' | 'hold',
  expected: { readonly found: number; readonly good: number },
): Promise<void> {
  const sender = new AnySender(outcomes);
  const status = await deliverAll({ repository, sender, ambiguity });
  expect(status.storeFault).toBeNull();
  const settled = await listAll(repository);
  expect(settled).toHaveLength(expected.found + expected.good);
  expect(settled.filter(({ content }) => content === GOOD.content).map((message) => message.status)).toEqual(
    Array.from({ length: expected.good }, () => 'sent'),
  );
  for (const message of settled) {
    if (message.status === 'sent') continue;
    expect(['failed', 'unknown']).toContain(message.status);
    expect(message.reason).toMatch(/^[a-z][a-z0-9_]+$/);
  }
  // A document that breaks the rules reaches nobody.
  for (const { phoneNumber, content } of sender.sent) {
    expect(phoneNumber).toMatch(/^\+[1-9]\d{1,14}$/);
    expect(content).not.toBe('');
  }
}

async function listAll(repository: MessageRepository): Promise<readonly Message[]> {
  const all: Message[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await repository.list({ limit: 7, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind !== 'page') throw new Error('a cursor of its own was refused');
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

const anyOutcomes = fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 5 });
const anyPolicy = fc.constantFrom('resend' as const, 'hold' as const);
const anyText = fc.oneof(
  fc.constantFrom('', GOOD.phoneNumber, 'x'.repeat(5_000), '\0', '\u001b[2J', '{"$gt":""}', '\ud83d'),
  fc.string({ unit: 'binary' }),
);

describe('rows of any shape in SQLite', () => {
  const anyInteger = fc.oneof(
    fc.constantFrom(
      null,
      0n,
      -1n,
      9_223_372_036_854_775_807n,
      -9_223_372_036_854_775_808n,
      1_577_836_800_000n,
    ),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  );
  const due = fc.oneof(
    fc.constantFrom(null, 0n, -1n),
    fc.bigInt({ min: -(2n ** 63n), max: 1_577_836_800_000n }),
  );
  const nullableText = fc.option(anyText);
  const anyRow = fc.record(
    {
      id: fc.oneof(anyText, fc.uuid()),
      phone_number: fc.oneof(fc.constant(GOOD.phoneNumber), anyText),
      content: fc.oneof(fc.constant('Hello'), anyText),
      webhook_message_id: nullableText,
      sent_at: anyInteger,
      created_at: anyInteger,
      send_at: anyInteger,
      expires_at: anyInteger,
      idempotency_key: nullableText,
      due_at: anyInteger,
      available_at: due,
      leased_until: anyInteger,
      lease_token: nullableText,
      lease_journals: anyInteger,
      begun_at: anyInteger,
      in_doubt: anyInteger,
      settled_at: anyInteger,
      settled_by: nullableText,
      attempts: anyInteger,
      lost_leases: anyInteger,
      reason: nullableText,
      history: fc.oneof(nullableText, fc.json()),
    },
    { requiredKeys: ['phone_number', 'content'] },
  );

  test(
    'are sent, or given up with a reason, and those behind them are delivered',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyRow, { minLength: 1, maxLength: 12 }),
          anyOutcomes,
          anyPolicy,
          async (rows, outcomes, ambiguity) => {
            await using folder = await TemporaryFolder.make();
            const path = join(folder.path, 'messages.db');
            const store = await SqliteStore.open({ path });
            try {
              const found = insertRows(path, [...rows, ...goodRows(3)]) - 3;
              await expectAllSettled(store.messages, outcomes, ambiguity, { found, good: 3 });
            } finally {
              await store.close();
            }
          },
        ),
        cases(15),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  function goodRows(count: number): readonly { phone_number: string; content: string }[] {
    return Array.from({ length: count }, () => ({ phone_number: GOOD.phoneNumber, content: GOOD.content }));
  }

  /** How many the file took: it refuses a second row of the same id or key. */
  function insertRows(
    path: string,
    rows: readonly Readonly<Record<string, string | bigint | null>>[],
  ): number {
    using database = new DatabaseSync(path);
    let taken = 0;
    for (const row of rows) {
      const columns = Object.keys(row);
      const places = columns.map(() => '?').join();
      try {
        database
          .prepare(`INSERT INTO messages (${columns.join()}) VALUES (${places})`)
          .run(
            ...Object.values(row).map((value) => (typeof value === 'string' ? value.toWellFormed() : value)),
          );
        taken += 1;
      } catch (error) {
        if (!String(error).includes('constraint')) throw error;
      }
    }
    return taken;
  }
});

const postgresUrl = inject('postgresUrl');

describe.skipIf(postgresUrl === null)(
  `rows of any shape in PostgreSQL${postgresUrl === null ? ` [SKIPPED: ${inject('servicesWhy')}]` : ''}`,
  () => {
    const anyBigint = fc.oneof(
      fc.constantFrom(0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 1_577_836_800_000n),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    );
    const past = fc.oneof(
      fc.constantFrom(0n, -1n, -(2n ** 63n)),
      fc.bigInt({ min: -(2n ** 63n), max: 1_577_836_800_000n }),
    );
    const anyInteger = fc.oneof(fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
    // Nobody can have written a value that a column cannot hold.
    const columnText = anyText.map((text) => text.toWellFormed().replaceAll('\0', ''));
    const anyRow = fc.record(
      {
        id: fc.oneof(columnText, fc.uuid()),
        phone_number: fc.oneof(fc.constant(GOOD.phoneNumber), columnText),
        content: fc.oneof(fc.constant('Hello'), columnText),
        webhook_message_id: fc.option(columnText),
        sent_at: fc.option(anyBigint),
        created_at: anyBigint,
        send_at: fc.option(anyBigint),
        expires_at: fc.option(anyBigint),
        idempotency_key: fc.option(columnText),
        due_at: anyBigint,
        available_at: past,
        lease_token: columnText,
        lease_journals: fc.boolean(),
        begun_at: fc.option(anyBigint),
        in_doubt: fc.boolean(),
        settled_at: anyBigint,
        settled_by: columnText,
        attempts: anyInteger,
        lost_leases: anyInteger,
        reason: fc.option(columnText),
        history: fc.array(fc.json()).map((entries) => `[${entries.join()}]`.replaceAll('\\u0000', '')),
      },
      { requiredKeys: ['phone_number', 'content'] },
    );

    test(
      'are sent, or given up with a reason, and those behind them are delivered',
      async () => {
        const pool = new Pool({ connectionString: postgresUrl ?? '', max: 1 });
        const schema = `hostile_${randomBytes(6).toString('hex')}`;
        const store = await PostgresStore.open({ uri: postgresUrl ?? '', schema });
        try {
          await fc.assert(
            fc.asyncProperty(
              fc.array(anyRow, { minLength: 1, maxLength: 12 }),
              anyOutcomes,
              anyPolicy,
              async (rows, outcomes, ambiguity) => {
                await pool.query(`TRUNCATE ${schema}.messages`);
                const good = { phone_number: GOOD.phoneNumber, content: GOOD.content };
                let taken = 0;
                for (const row of [...rows, good, good, good]) {
                  const { rowCount } = await pool.query(
                    `INSERT INTO ${schema}.messages (${Object.keys(row).join()})
                     VALUES (${Object.keys(row).map((_, index) => `$${index + 1}`)}) ON CONFLICT DO NOTHING`,
                    Object.values(row),
                  );
                  taken += rowCount ?? 0;
                }
                await expectAllSettled(store.messages, outcomes, ambiguity, { found: taken - 3, good: 3 });
              },
            ),
            cases(15),
          );
        } finally {
          await store.close();
          await pool.query(`DROP SCHEMA ${schema} CASCADE`);
          await pool.end();
        }
      },
      FUZZ_TIMEOUT_MS,
    );
  },
);

const mongoUri = inject('mongoUri');

describe.skipIf(mongoUri === null)(
  `documents of any shape in MongoDB${mongoUri === null ? ` [SKIPPED: ${inject('servicesWhy')}]` : ''}`,
  () => {
    const anyDate = fc.oneof(
      fc.constantFrom(PAST, new Date(-8.64e15), new Date('0001-01-01T00:00:00Z')),
      fc.date({ noInvalidDate: true, max: PAST }),
    );
    const leaf = fc.oneof(
      anyText.map((text) => text.toWellFormed()),
      fc.constantFrom<unknown>(
        null,
        true,
        0,
        -1,
        1.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        2 ** 53,
        new Int32(7),
        new Double(7),
        Long.MAX_VALUE,
        Decimal128.fromString('NaN'),
        new ObjectId('6955b9000102030405000001'),
        new Binary(Buffer.from('bytes')),
        new Timestamp({ t: 1, i: 1 }),
        new Code('while (true) {}'),
        new MinKey(),
        new MaxKey(),
        /pattern/,
      ),
      anyDate,
    );
    const anyValue = fc.oneof(
      { weight: 4, arbitrary: leaf },
      { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) },
      {
        weight: 1,
        arbitrary: fc.dictionary(fc.constantFrom('a', '$gt', 'b.c', '__proto__'), leaf, { maxKeys: 2 }),
      },
    );
    // Neither an array nor a pattern can be an `_id`.
    const anyId = fc
      .tuple(leaf, fc.nat())
      .filter(([value]) => !(value instanceof RegExp))
      .map(([value, n]): unknown =>
        n % 3 === 0 ? { of: value, n } : typeof value === 'string' ? value + n : new ObjectId(),
      );
    const attempt = fc.record(
      { attempt: anyValue, startedAt: anyValue, durationMs: anyValue, outcome: anyValue, reason: anyValue },
      { requiredKeys: [] },
    );
    const anyDocument = fc.record(
      {
        _id: anyId,
        phoneNumber: fc.oneof(fc.constant(GOOD.phoneNumber), anyValue),
        content: fc.oneof(fc.constant('Hello'), anyValue),
        webhookMessageId: anyValue,
        sentAt: anyValue,
        createdAt: anyValue,
        sendAt: anyValue,
        expiresAt: anyValue,
        // Two lists with a text in common are one key to the unique index: MongoDB refuses the second, or any change of it.
        idempotencyKey: anyValue.filter((value) => !Array.isArray(value)),
        dueAt: anyValue,
        availableAt: anyValue,
        leasedUntil: anyValue,
        leaseToken: anyValue,
        leaseJournals: anyValue,
        begunAt: anyValue,
        inDoubt: anyValue,
        interrupted: anyValue,
        settledAt: anyValue,
        settledBy: anyValue,
        attempts: anyValue,
        lostLeases: anyValue,
        reason: anyValue,
        history: fc.oneof(anyValue, fc.array(fc.oneof(attempt, anyValue), { maxLength: 4 })),
        ofSomebodyElse: anyValue,
      },
      { requiredKeys: [] },
    );

    test(
      'are sent, or given up with a reason, and those behind them are delivered',
      async () => {
        const client = await MongoClient.connect(mongoUri ?? '');
        const db = client.db(`hostile_${randomBytes(6).toString('hex')}`);
        let n = 0;
        try {
          await fc.assert(
            fc.asyncProperty(
              fc.array(anyDocument, { minLength: 1, maxLength: 12 }),
              anyOutcomes,
              anyPolicy,
              async (documents, outcomes, ambiguity) => {
                n += 1;
                const collection = db.collection(`messages_${n}`);
                const repository = await MongoMessageRepository.open({
                  db,
                  collection: collection.collectionName,
                });
                const good = Array.from({ length: 3 }, (): Document => ({ ...GOOD, status: 'unsent' }));
                const found: readonly Document[] = documents.map((document) => ({
                  ...document,
                  status: 'unsent',
                }));
                await collection
                  .insertMany([...found, ...good], { ordered: false })
                  .catch((error: unknown) => {
                    // Of two with the same id or key it takes one.
                    if (!(error instanceof MongoBulkWriteError)) throw error;
                  });
                const taken = (await collection.countDocuments()) - good.length;
                await expectAllSettled(repository, outcomes, ambiguity, { found: taken, good: good.length });
                await collection.drop();
              },
            ),
            cases(15),
          );
        } finally {
          await db.dropDatabase();
          await client.close();
        }
      },
      FUZZ_TIMEOUT_MS,
    );
  },
);
