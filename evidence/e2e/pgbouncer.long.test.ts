import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hasPgBouncer, type PgBouncer, startPgBouncer, withPgBouncer } from '../../tooling/pgbouncer.ts';
import { killSuite } from '../support/kill-suite.ts';
import { ServerProcess } from '../support/server-process.ts';
import { postgresStore, type TestStore } from '../support/stores.ts';
import { until } from '../support/until.ts';

const server = inject('postgresUrl');
const isThere = hasPgBouncer && server !== null;
const title = withPgBouncer('through PgBouncer in transaction mode');
const withServer = server === null ? `${title} [SKIPPED: ${inject('servicesWhy')}]` : title;

describe.skipIf(!isThere)(withServer, () => {
  let pgBouncer: PgBouncer | null = null;
  beforeAll(async () => {
    pgBouncer = await startPgBouncer(server ?? '');
  });
  afterAll(() => pgBouncer?.[Symbol.asyncDispose]());

  const openStore = (): Promise<TestStore> => postgresStore(pgBouncer?.through(server ?? '') ?? '');

  describe('kill -9 in the middle of a run', () => killSuite(openStore));

  test('the log says once that the server polls', { timeout: 60_000 }, async () => {
    await using store = await openStore();
    await using process = await ServerProcess.start(store.environment, store.folder);
    const polls = (): number => process.output.split('found by polling alone').length - 1;
    await until('it says so', () => polls() > 0);
    expect(polls()).toBe(1);
  });
});
