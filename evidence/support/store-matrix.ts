import { describe, inject } from 'vitest';
import { mongoStore, postgresStore, sqliteStore, type TestStore } from './stores.ts';

type Suite = (openStore: () => Promise<TestStore>) => void;

/** Runs a suite on each store; one whose services are missing is skipped by name, with the reason. */
export function onEachStore(title: string, suite: Suite): void {
  describe(`${title}, SQLite`, () => suite(sqliteStore));
  const mongoUri = inject('mongoUri');
  const redisUrl = inject('redisUrl');
  const hasMongo = mongoUri !== null && redisUrl !== null;
  onServer(`${title}, MongoDB and Redis`, hasMongo, () =>
    suite(() => mongoStore(mongoUri ?? '', redisUrl ?? '')),
  );
  const postgresUrl = inject('postgresUrl');
  onServer(`${title}, PostgreSQL`, postgresUrl !== null, () => suite(() => postgresStore(postgresUrl ?? '')));
}

function onServer(title: string, isThere: boolean, body: () => void): void {
  describe.skipIf(!isThere)(isThere ? title : `${title} [SKIPPED: ${inject('servicesWhy')}]`, body);
}
