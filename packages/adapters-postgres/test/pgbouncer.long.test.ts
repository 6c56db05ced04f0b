import {
  type ContractRunner,
  messageRepositoryContract,
  registerContract,
  sentCacheContract,
} from '@messaging-system/contract-tests';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { hasPgBouncer, type PgBouncer, startPgBouncer, withPgBouncer } from '../../../tooling/pgbouncer.ts';
import { openStore, wakeUpsAfterInsert } from './support/open-store.ts';
import { openRepositoryHarness } from './support/repository-harness.ts';
import { openSentCacheHarness } from './support/sent-cache-harness.ts';
import { describeWithPostgres, type PostgresWorld } from './support/services.ts';

const TIMEOUT_MS = 60_000;

describe.skipIf(!hasPgBouncer)(withPgBouncer('through PgBouncer in transaction mode'), () => {
  describeWithPostgres('a store', (world) => {
    let pgBouncer: PgBouncer | null = null;

    beforeAll(async () => {
      const server = inject('postgresUrl');
      if (server !== null) pgBouncer = await startPgBouncer(server);
    });
    afterAll(() => pgBouncer?.[Symbol.asyncDispose]());

    const behind = (): PostgresWorld => {
      const { uri, freshName } = world();
      return { uri: pgBouncer?.through(uri) ?? uri, freshName };
    };
    const runner: ContractRunner = { describe, test: (title, body) => test(title, body, TIMEOUT_MS) };
    registerContract('keeps the contract of MessageRepository', messageRepositoryContract, runner, () =>
      openRepositoryHarness(behind()),
    );
    registerContract('keeps the contract of SentCache', sentCacheContract, runner, () =>
      openSentCacheHarness(behind()),
    );

    test('says once that it polls, and hears again by a listenUri that leads to the server', {
      timeout: TIMEOUT_MS,
    }, async () => {
      const schema = world().freshName();
      const deaf = vi.fn();
      const polling = expect.stringContaining('found by polling alone');
      const store = await openStore({ uri: behind().uri, schema, onWarning: deaf });
      expect(await store.notificationProblem()).toEqual(polling);
      const end = store.messages.watch(() => undefined);
      await expect.poll(() => deaf).toHaveBeenCalledWith(polling);
      await end();

      const warned = vi.fn();
      const onDue = vi.fn();
      const { uri: listenUri } = world();
      const hearing = await openStore({ uri: behind().uri, listenUri, schema, onWarning: warned });
      expect(await hearing.notificationProblem()).toBeNull();
      const endHearing = hearing.messages.watch(onDue);
      await expect.poll(wakeUpsAfterInsert(store, onDue)).toBeGreaterThan(1);
      expect(warned).not.toHaveBeenCalledWith(polling);
      await endHearing();
    });
  });
});
