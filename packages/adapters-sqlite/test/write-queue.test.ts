import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NO_DURABILITY } from '../src/durability.ts';
import { CryptoRandom } from '../src/store.ts';
import { WriteQueue } from '../src/write-queue.ts';

// A deferred foreign key is checked by the commit alone.
const SCHEMA = `
CREATE TABLE parents (id INTEGER PRIMARY KEY);
CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
`;

function openQueue(): {
  database: DatabaseSync;
  queue: WriteQueue;
  insert(parent: number): Promise<unknown>;
} {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec(SCHEMA);
  const queue = new WriteQueue(database, { lockWaitMs: 0, random: new CryptoRandom() }, NO_DURABILITY);
  const statement = database.prepare('INSERT INTO children VALUES (?)');
  return { database, queue, insert: (parent) => queue.write(() => statement.run(parent)) };
}

describe('WriteQueue', () => {
  test('fails every write of a transaction that could not be committed, stores none of them and goes on', async () => {
    const { database, insert } = openQueue();
    database.exec('INSERT INTO parents VALUES (1)');
    const outcomes = await Promise.allSettled([insert(1), insert(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(database.prepare('SELECT * FROM children').all()).toEqual([]);
    expect(database.isTransaction).toBe(false);

    await insert(1);
    expect(database.prepare('SELECT * FROM children').all()).toEqual([{ parent: 1 }]);
  });

  test('ends a transaction that has taken long, so that others of the process have their turn', async () => {
    const { queue } = openQueue();
    const work = (): number => {
      const end = performance.now() + 6;
      while (performance.now() < end);
      return end;
    };
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    await Promise.all(Array.from({ length: 8 }, () => queue.write(work)));
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(2);
  });

  test('does the work that was asked for while it was busy', async () => {
    const { queue } = openQueue();
    const nested = queue.write(() => 'first').then((first) => queue.write(() => `${first}, second`));
    expect(await nested).toBe('first, second');
    await queue.drained();
    expect(await queue.write(() => 'third')).toBe('third');
  });
});
