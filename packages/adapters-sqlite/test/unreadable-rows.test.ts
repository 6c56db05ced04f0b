import { aNack, anAck, anAttempt, NOW, TRACEPARENT } from '@messaging-system/contract-tests';
import { KEPT_ATTEMPTS } from '@messaging-system/core/adapter';
import { describe, expect, test } from 'vitest';
import { claimIds, freshStore, insertMany } from './support/fresh-store.ts';

// The largest that a column can hold; no JavaScript number does.
const HUGE = 9_223_372_036_854_775_807n;
const INSTANTS = ['sent_at', 'created_at', 'send_at', 'expires_at', 'due_at', 'begun_at', 'settled_at'];

describe('a row that was edited by hand', () => {
  test('is claimed, found, listed and settled with instants and counts that no number can hold', async () => {
    const { store, plain } = await freshStore();
    const [edited, other] = await insertMany(store, 2);
    const columns = [...INSTANTS, 'leased_until', 'attempts', 'lost_leases'];
    plain
      .prepare(
        `UPDATE messages SET lease_token = 'lost', ${columns.map((name) => `${name} = ?1`).join()} WHERE id = ?2`,
      )
      .run(HUGE, edited?.id ?? '');

    expect(await store.messages.findById(edited?.id ?? '')).toMatchObject({
      content: edited?.content,
      createdAt: null,
      settledAt: null,
      attempts: 0,
    });
    expect(await store.messages.list({ limit: 10 })).toMatchObject({
      items: [{ id: other?.id, createdAt: other?.createdAt }, { id: edited?.id }],
    });
    const ids = await claimIds(store, 'token-1');
    expect(ids).toEqual([edited?.id, other?.id]);
    const { held } = await store.messages.settle(
      'token-1',
      ids.map((id) => anAck(id)),
    );
    expect(held).toEqual(ids);
  });

  test('is due when its due time was emptied, and not while that lies out of reach', async () => {
    const { store, plain } = await freshStore();
    const [emptied, far] = await insertMany(store, 2);
    plain.prepare('UPDATE messages SET available_at = NULL WHERE id = ?').run(emptied?.id ?? '');
    plain.prepare('UPDATE messages SET available_at = ? WHERE id = ?').run(HUGE, far?.id ?? '');
    expect(await store.messages.nextDueAt()).toBe(0);
    expect(await claimIds(store, 'token-1')).toEqual([emptied?.id]);
    expect(await store.messages.nextDueAt()).toBe(Number(HUGE));
  });

  test('is read with the attempts that can be read', async () => {
    const { store, plain } = await freshStore();
    const [message] = await insertMany(store, 1);
    const edit = plain.prepare('UPDATE messages SET history = ?');
    const read = async (history: string): Promise<unknown> => {
      edit.run(history);
      return (await store.messages.findById(message?.id ?? ''))?.history;
    };
    expect(await read('no JSON')).toEqual([]);
    expect(await read('{"attempt":1}')).toEqual([]);
    const attempt = anAttempt();
    const unreadable = [null, 7, {}, { ...attempt, outcome: 'lost' }, { ...attempt, startedAt: 'noon' }];
    const odd = [
      { ...attempt, attempt: null },
      { ...attempt, durationMs: null },
      { ...attempt, reason: 5 },
    ];
    expect(await read(JSON.stringify([...unreadable, attempt, ...odd]))).toEqual([attempt]);
    const many = Array.from({ length: 50 }, (_, index) => anAttempt({ attempt: index + 1 }));
    expect(await read(JSON.stringify(many))).toEqual(many.slice(-KEPT_ATTEMPTS));
  });

  test.each(['', 'none', `${TRACEPARENT}\r\nx-injected: 1`])(
    'is read without the traceparent %j',
    async (text) => {
      const { store, plain } = await freshStore();
      const [message] = await insertMany(store, 1);
      plain.prepare('UPDATE messages SET traceparent = ?').run(text);
      expect(await store.messages.findById(message?.id ?? '')).toEqual(message);
    },
  );

  test.each(['no JSON', '{"attempt":1}', '7', ''])(
    'is settled with the history %j, which is given up',
    async (history) => {
      const { store, plain } = await freshStore();
      const [message] = await insertMany(store, 1);
      plain.prepare('UPDATE messages SET history = ?').run(history);
      const ids = await claimIds(store, 'token-1');
      const attempt = anAttempt({ outcome: 'retryable', reason: 'http_500' });
      const { held } = await store.messages.settle(
        'token-1',
        ids.map((id) => aNack(id, { attempt })),
      );
      expect(held).toEqual([message?.id]);
      expect(await store.messages.findById(message?.id ?? '')).toMatchObject({
        attempts: 1,
        history: [attempt],
      });
    },
  );

  test('is `unknown` with a status that is none, and an operator can send it again', async () => {
    const { store, plain } = await freshStore();
    const [message] = await insertMany(store, 1);
    const id = message?.id ?? '';
    plain.exec(`UPDATE messages SET status = 'delivered'`);

    expect(await store.messages.findById(id)).toMatchObject({ status: 'unknown' });
    expect(await store.messages.list({ limit: 10 })).toMatchObject({ items: [{ id, status: 'unknown' }] });
    expect((await store.messages.counts()).unsent.count).toBe(0);
    expect(await store.messages.redrive([id], NOW)).toMatchObject([{ kind: 'redriven' }]);
    expect((await store.messages.counts()).unsent.count).toBe(1);
    expect(await claimIds(store, 'token-1')).toEqual([id]);
  });

  test('is refused by the file without a phone number, a content or an id, or with a value of another type', async () => {
    const { store, plain } = await freshStore();
    await insertMany(store, 1);
    const edits = [
      'phone_number = NULL',
      'content = NULL',
      'id = NULL',
      `created_at = 'noon'`,
      `content = x'ff'`,
    ];
    for (const edit of edits) {
      expect(() => plain.exec(`UPDATE messages SET ${edit}`), edit).toThrow(/constraint|cannot store/);
    }
  });

  test('is read whatever bytes its texts have', async () => {
    const { store, plain } = await freshStore();
    const [message] = await insertMany(store, 1);
    plain.exec(`UPDATE messages SET content = CAST(x'6f6b00ff' AS TEXT), id = 'an id of another program'`);
    expect(await store.messages.list({ limit: 1 })).toMatchObject({
      items: [{ content: 'ok\0\ufffd', phoneNumber: message?.phoneNumber }],
    });
    expect(await claimIds(store, 'token-1')).toEqual(['an id of another program']);
  });
});

describe('texts', () => {
  test('come back as they were given, NUL and beyond the first plane included', async () => {
    const { store } = await freshStore();
    const content = 'a\0b \u{1f4e6} "quoted" \\ \u2028';
    const [message] = await insertMany(store, 1, { content });
    expect((await store.messages.findById(message?.id ?? ''))?.content).toBe(content);
  });

  test('with half a surrogate pair are kept as U+FFFD, and the same request again is the same', async () => {
    const { store } = await freshStore();
    const fields = { content: 'half \ud83d', idempotencyKey: 'key \udce6' };
    const [first] = await insertMany(store, 1, fields);
    const [second] = await insertMany(store, 1, fields);
    expect(first?.content).toBe('half \ufffd');
    expect(second?.id).toBe(first?.id);
  });
});
