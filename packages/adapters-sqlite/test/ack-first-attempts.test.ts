import type { DatabaseSync } from 'node:sqlite';
import { aNack, anAck, anAttempt, NOW } from '@messaging-system/contract-tests';
import type { LeaseResult, Settlement } from '@messaging-system/core/adapter';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SqliteStore } from '../src/index.ts';
import { claimIds, freshStore } from './support/fresh-store.ts';

const TOKEN = 'token-1';

interface World {
  readonly store: SqliteStore;
  readonly plain: DatabaseSync;
}

// Changes that somebody may have made to a row between its claim and its settle.
const EDITS = [
  `history = '${JSON.stringify([anAttempt()])}'`,
  `history = 'no JSON'`,
  'attempts = 3',
  'attempts = NULL',
  `begun_at = ${NOW}, attempts = 1`,
  `lease_token = 'another'`,
  'lease_token = NULL',
  'lease_journals = NULL',
  `status = 'sent', settled_by = '${TOKEN}'`,
  `status = 'cancelled'`,
] as const;

const SETTLEMENTS: readonly ((id: string) => Settlement)[] = [
  (id) => anAck(id, { webhookMessageId: `webhook-${id}` }),
  (id) => anAck(id, { attempt: anAttempt({ attempt: 2 }) }),
  (id) => anAck(id, { attempt: null }),
  (id) => aNack(id),
];

/** Mostly first attempts, so that many of them follow one another. */
const aKind = fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.nat(SETTLEMENTS.length - 1));
const aRow = fc.nat(69);
const aCase = fc.record({
  settled: fc.array(fc.tuple(aRow, aKind), { minLength: 1, maxLength: 120 }),
  edits: fc.array(fc.tuple(aRow, fc.constantFrom(...EDITS)), { maxLength: 12 }),
});

async function prepare(
  { store, plain }: World,
  edits: readonly (readonly [number, string])[],
): Promise<void> {
  plain.exec('DELETE FROM messages; UPDATE status_counts SET arrivals = 0');
  const put = plain.prepare('INSERT INTO messages (id, phone_number, content) VALUES (?, ?, ?)');
  for (let row = 0; row < 60; row += 1) put.run(`id-${row}`, '+905551111111', 'Hello');
  await claimIds(store, TOKEN, 60);
  for (const [row, change] of edits)
    plain.prepare(`UPDATE messages SET ${change} WHERE id = ?`).run(`id-${row}`);
}

/** All that the file holds. Whether `lease_journals` is empty or 0 means the same: nothing is leased any more. */
function contents({ plain }: World): unknown {
  const messages = plain.prepare('SELECT * FROM messages ORDER BY id').all();
  return {
    messages: messages.map((row) => ({ ...row, lease_journals: row.lease_journals ?? 0 })),
    counts: plain.prepare('SELECT * FROM status_counts ORDER BY status').all(),
  };
}

function counted({ plain }: World): unknown {
  return plain
    .prepare(
      `SELECT status, count, (SELECT count(*) FROM messages WHERE messages.status = status_counts.status) AS there
       FROM status_counts WHERE count <> there`,
    )
    .all();
}

describe('acks that are made together', () => {
  test('leave what they leave one by one, whatever was done to the rows', async () => {
    const together = await freshStore();
    const apart = await freshStore();
    await fc.assert(
      fc.asyncProperty(aCase, async ({ settled, edits }) => {
        for (const world of [together, apart]) await prepare(world, edits);
        const settlements = settled.map(
          ([row, kind]) => SETTLEMENTS[kind]?.(`id-${row}`) ?? anAck(`id-${row}`),
        );

        const atOnce = await together.store.messages.settle(TOKEN, settlements);
        const each: LeaseResult[] = [];
        for (const one of settlements) each.push(await apart.store.messages.settle(TOKEN, [one]));

        expect(atOnce).toEqual({
          held: each.flatMap(({ held }) => held),
          stale: each.flatMap(({ stale }) => stale),
        });
        expect(contents(together)).toEqual(contents(apart));
        expect(counted(together)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
