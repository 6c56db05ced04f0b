import { aDeadLetter, aNack, anAck, anAttempt, NOW } from '@messaging-system/contract-tests';
import { Binary, type Document, Long, MongoClient, ObjectId, Timestamp } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { CuttingProxy } from './support/cutting-proxy.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo } from './support/services.ts';

/** Each is unsent and wrong in its own way. */
const ODD: Readonly<Record<string, Document>> = {
  'a phone number that is a number': { phoneNumber: 905_551_111_111, content: 'Hello' },
  'content that is an object': { phoneNumber: '+905551111111', content: { text: 'Hello' } },
  'no texts at all': {},
  'an availableAt that is text': { availableAt: 'tomorrow' },
  'an availableAt that is a number': { availableAt: 1_700_000_000_000 },
  'an availableAt that is an object': { availableAt: { $date: 'soon' } },
  'an availableAt that is true': { availableAt: true },
  'an availableAt that is a timestamp': { availableAt: new Timestamp({ t: 1, i: 1 }) },
  'an availableAt that is null': { availableAt: null },
  'an availableAt that is an empty list': { availableAt: [] },
  'an availableAt that is a list of text': { availableAt: ['tomorrow'] },
  'an availableAt that is a list of dates, one past and one to come': {
    availableAt: [new Date(NOW - 1), new Date(NOW + 86_400_000)],
  },
  'an availableAt before the dates of JavaScript': { availableAt: new Date(-8.64e15) },
  'counters that are text': { attempts: 'x', lostLeases: 'y', availableAt: new Date(NOW) },
  'counters that are negative, broken or huge': { attempts: -3, lostLeases: 1.5, reason: 7 },
  'a history that is text': { history: 'long', availableAt: new Date(NOW) },
  'a history of things that are no attempts': {
    history: [1, null, {}, { attempt: 1 }, { attempt: 1, startedAt: new Date(NOW), durationMs: 'x' }],
  },
  'a lease token that is a number': { leaseToken: 7, leasedUntil: 'never', begunAt: 'then' },
  'times that are text': { createdAt: '2026', dueAt: 'now', sentAt: 'never', settledAt: {}, expiresAt: 3 },
  'an idempotency key that is an object': { idempotencyKey: { a: 1 } },
  'a traceparent that is a number': { traceparent: 7 },
  'a traceparent that is other text': { traceparent: 'x\r\nx-injected: 1' },
  'a journal that has begun by a broken lease': { inDoubt: 'maybe', interrupted: 1, leaseJournals: 'yes' },
  'an id that is text': { _id: 'text' },
  'an id that is a number': { _id: 42 },
  'an id that is a long number': { _id: Long.fromString('9007199254740993') },
  'an id that is an object': { _id: { tenant: 'a', number: 1 } },
  'an id that is a date': { _id: new Date(NOW) },
  'an id that is binary': { _id: new Binary(Buffer.from('id')) },
  'an id that looks like one of ours but is text': { _id: '6955b9000102030405000001' },
};

describeWithMongo('documents of any shape', (world) => {
  for (const [what, fields] of Object.entries(ODD)) {
    test(`one with ${what} is delivered, shown and settled like any other`, async () => {
      const { db, freshName } = world();
      const documents = db.collection(freshName());
      const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
      await documents.insertOne({ status: 'unsent', ...fields });

      const request = aClaim({ journals: true });
      const claimed = await repository.claimDue(request);
      expect(claimed).toHaveLength(1);
      const id = claimed[0]?.message.id ?? '';
      expect(claimed[0]?.message).toMatchObject({
        phoneNumber: typeof fields.phoneNumber === 'string' ? fields.phoneNumber : '',
        content: typeof fields.content === 'string' ? fields.content : '',
        attempts: 0,
        lostLeases: 0,
        history: [],
        traceparent: null,
      });
      expect((await repository.findById(id))?.id).toBe(id);
      const held = { held: [id], stale: [] };
      expect(await repository.beginAttempt(request.leaseToken, [id], NOW)).toEqual(held);
      expect(await repository.extendLease(request.leaseToken, [id], NOW + 90_000)).toEqual(held);
      expect(await repository.settle(request.leaseToken, [anAck(id)])).toEqual(held);
      expect(await repository.list({ status: 'sent', limit: 10 })).toMatchObject({
        items: [{ id, attempts: 1, history: [{ outcome: 'accepted' }] }],
      });
      expect(await documents.countDocuments({ status: 'sent' })).toBe(1);
    });
  }

  test('every one of them together leaves nothing blocked', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    await documents.insertMany(Object.values(ODD).map((fields) => ({ status: 'unsent', ...fields })));
    const good = await insertSome(repository, 3);
    const served: string[] = [];
    for (;;) {
      const request = aClaim({ limit: 2 });
      const ids = (await repository.claimDue(request)).map(({ message }) => message.id);
      if (ids.length === 0) break;
      served.push(...ids);
      const settlements = ids.map((id) => aDeadLetter(id, { attempt: null }));
      expect((await repository.settle(request.leaseToken, settlements)).held).toEqual(ids);
    }
    expect(served).toHaveLength(Object.keys(ODD).length + good.length);
    expect((await repository.counts()).unsent).toEqual({ count: 0, exact: true });
  });

  test('a stream of well-formed ones does not keep one of unreadable time waiting for ever', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    await documents.insertOne({ status: 'unsent', availableAt: 'tomorrow', content: 'odd' });
    await insertSome(repository, 100);
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => repository.claimDue(aClaim({ limit: 2 }))),
    );
    expect(claims.flat().map(({ message }) => message.content)).toContain('odd');
  });

  describe('in lists', () => {
    test('ids of mixed types are paged through once', async () => {
      const { db, freshName } = world();
      const documents = db.collection(freshName());
      const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
      const ids = [
        true,
        'a',
        'b',
        1,
        2.5,
        new ObjectId(),
        new ObjectId(),
        new Date(0),
        new Binary(Buffer.from('a')),
        { a: 1 },
        { b: 2 },
      ];
      await documents.insertMany(ids.map((_id): Document => ({ _id, status: 'sent', phoneNumber: '+1' })));
      for (const query of [{}, { status: 'sent' }, { phoneNumber: '+1' }] as const) {
        for (const limit of [1, 3, 50]) {
          const seen: string[] = [];
          for (let cursor: string | null | undefined; cursor !== null; ) {
            const page = await repository.list({
              ...query,
              limit,
              ...(cursor === undefined ? {} : { cursor }),
            });
            if (page.kind !== 'page') throw new Error('its own cursor is valid');
            seen.push(...page.items.map(({ id }) => id));
            cursor = page.nextCursor;
          }
          expect(seen).toHaveLength(ids.length);
          expect(new Set(seen).size).toBe(ids.length);
        }
      }
    });

    test('a document of another status does not count as a message', async () => {
      const { db, freshName } = world();
      const documents = db.collection(freshName());
      const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
      const { insertedId } = await documents.insertOne({ status: 'archived', content: 'Hello' });
      const id = insertedId.toHexString();
      await insertSome(repository, 1);
      expect(await repository.findById(id)).toBeNull();
      expect(await repository.list({ limit: 10 })).toMatchObject({ items: [{ status: 'unsent' }] });
      expect(await repository.cancel([id], NOW)).toEqual([{ kind: 'not_found', id }]);
      expect(await repository.redrive([id], NOW)).toEqual([{ kind: 'not_found', id }]);
    });
  });

  test('text that is no UTF-8 is read with replacement characters', async () => {
    const { db, freshName, uri } = world();
    const collection = freshName();
    const proxy = await CuttingProxy.open(uri);
    const client = new MongoClient(proxy.uri);
    onTestFinished(async () => {
      await client.close();
      await proxy.close();
    });
    const repository = await MongoMessageRepository.open({ db: client.db(db.databaseName), collection });
    await insertSome(repository, 1, { content: 'cut in the middle of @@@@@@' });
    // The first half of a character, as a writer leaves it that cuts text by bytes.
    proxy.rewriteReplies((reply) => {
      const at = reply.indexOf('@@@@@@');
      if (at >= 0) reply.set([0xc5, 0x20], at);
      return reply;
    });
    const [claimed] = await repository.claimDue(aClaim());
    expect(claimed?.message.content).toBe('cut in the middle of \ufffd @@@@');
  });

  test('one that a validator lets nobody change does not hold up those behind it', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    await documents.insertMany([1, 2, 3].map((phoneNumber) => ({ status: 'unsent', phoneNumber })));
    const good = { status: 'unsent', phoneNumber: '+905551111111' };
    await documents.insertMany([{ ...good }, { ...good }, { ...good }]);
    await db.command({
      collMod: documents.collectionName,
      validator: { $jsonSchema: { properties: { phoneNumber: { bsonType: 'string' } } } },
    });
    const served: string[] = [];
    for (let claims = 0; claims < 50 && served.length < 3; claims += 1) {
      const claimed = await repository.claimDue(aClaim({ limit: 2 })).catch(() => []);
      served.push(...claimed.map(({ message }) => message.phoneNumber));
    }
    expect(served).toEqual([good.phoneNumber, good.phoneNumber, good.phoneNumber]);
  });

  test('one that an index lets nobody change does not hold up those behind it', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    // Of those with this mark only one may say that its lease is not journaled, and that is the one that was sent.
    await documents.createIndex(
      { leaseJournals: 1 },
      { unique: true, partialFilterExpression: { marked: { $eq: true } } },
    );
    await documents.insertOne({ status: 'sent', marked: true, leaseJournals: false });
    await documents.insertOne({ status: 'unsent', marked: true, phoneNumber: 'marked' });
    const good = { status: 'unsent', phoneNumber: '+905551111111' };
    await documents.insertMany([{ ...good }, { ...good }, { ...good }]);
    const served: string[] = [];
    for (let claims = 0; claims < 50 && served.length < 3; claims += 1) {
      const claimed = await repository.claimDue(aClaim({ limit: 2 })).catch(() => []);
      served.push(...claimed.map(({ message }) => message.phoneNumber));
    }
    expect(served).toEqual([good.phoneNumber, good.phoneNumber, good.phoneNumber]);
  });

  test.each([
    ['the largest long', Long.MAX_VALUE],
    ['a double beyond the whole numbers', 2 ** 60],
    ['infinity', Number.POSITIVE_INFINITY],
    ['no number', Number.NaN],
  ])('one whose counts are %s counts from 0, so that its attempts come to an end', async (_, huge) => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    await documents.insertOne({ status: 'unsent', attempts: huge, lostLeases: huge });
    for (const expected of [0, 1, 2]) {
      const request = aClaim();
      const [claimed] = await repository.claimDue(request);
      expect(claimed?.message.attempts).toBe(expected);
      await repository.settle(request.leaseToken, [
        aNack(claimed?.message.id ?? '', { availableAt: NOW, attempt: anAttempt({ attempt: expected + 1 }) }),
      ]);
    }
  });
});
