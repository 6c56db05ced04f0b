import { aNewMessage, NOW } from '@messaging-system/contract-tests';
import { THOROUGH_TURN } from '@messaging-system/core/adapter';
import { ManualClock } from '@messaging-system/core/in-memory';
import { Pool } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { PostgresStore, poolDatabase, type SqlDatabase } from '../src/index.ts';
import { claimIds, insertMany, openStore } from './support/open-store.ts';
import { describeWithPostgres, type PostgresWorld } from './support/services.ts';

const STEP_MS = 10_000;
const MARGIN_MS = 5_000;
const EARLIEST = '-9223372036854775808';

/** A backlog with ten seconds between two messages, and where each search of this instance for due ones began. */
async function openBacklog({ uri, freshName }: PostgresWorld) {
  const pool = new Pool({ connectionString: uri });
  onTestFinished(() => pool.end());
  const begins: unknown[] = [];
  const database: SqlDatabase = Object.assign(poolDatabase(pool), {});
  const query = database.query.bind(database);
  database.query = (text, values) => {
    if (text.includes('SKIP LOCKED')) begins.push(values[1]);
    return query(text, values);
  };
  const schema = freshName();
  // By this clock no search takes long, on a busy machine neither.
  const store = await PostgresStore.open({ database, schema, clock: new ManualClock(NOW) });
  onTestFinished(() => store.close());
  const other = await openStore({ uri, schema });
  const dueAt = (place: number): number => NOW - (4 * THOROUGH_TURN - place) * STEP_MS;
  await other.messages.insert(
    Array.from({ length: 4 * THOROUGH_TURN }, (_, place) => aNewMessage({ createdAt: dueAt(place) })),
  );
  return { store, other, begins, dueAt, claimTwo: () => claimIds(store, { limit: 2 }) };
}

describeWithPostgres('a claim', (world) => {
  test('begins a little before the first message of the claim before, and at the beginning in one of sixteen', async () => {
    const { begins, dueAt, claimTwo } = await openBacklog(world());
    for (let turn = 1; turn <= THOROUGH_TURN; turn += 1) expect(await claimTwo()).toHaveLength(2);
    const expected = Array.from({ length: THOROUGH_TURN }, (_, index) =>
      index === 0 || index === THOROUGH_TURN - 1 ? EARLIEST : dueAt(2 * (index - 1)) - MARGIN_MS,
    );
    expect(begins).toEqual(expected);
  });

  test('that comes up short finds at once what another process has stored before its start', async () => {
    const { store, other, dueAt, claimTwo } = await openBacklog(world());
    await claimTwo();
    await claimIds(store, { limit: 4 * THOROUGH_TURN - 3 });
    await insertMany(other, 1, { createdAt: dueAt(-10) });
    expect(await claimTwo()).toHaveLength(2);
  });

  test('finds at once what this process has stored, or given back, before its start', async () => {
    const { store, dueAt, claimTwo } = await openBacklog(world());
    await claimTwo();
    await claimTwo();
    const [late] = await insertMany(store, 1, { createdAt: dueAt(-10) });
    expect(await claimTwo()).toContain(late?.id);
  });
});
