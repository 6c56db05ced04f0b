import { describe, inject } from 'vitest';
import { mongoStore, sqliteStore, type TestStore } from './stores.ts';

/** Runs a suite on both stores; the one whose services are missing is skipped by name, with the reason. */
export function onEachStore(title: string, suite: (openStore: () => Promise<TestStore>) => void): void {
  describe(`${title}, SQLite`, () => suite(sqliteStore));
  const mongoUri = inject('mongoUri');
  const redisUrl = inject('redisUrl');
  const isMissing = mongoUri === null || redisUrl === null;
  const mongo = isMissing ? `MongoDB and Redis [SKIPPED: ${inject('servicesWhy')}]` : 'MongoDB and Redis';
  describe.skipIf(isMissing)(`${title}, ${mongo}`, () =>
    suite(() => mongoStore(mongoUri ?? '', redisUrl ?? '')),
  );
}
