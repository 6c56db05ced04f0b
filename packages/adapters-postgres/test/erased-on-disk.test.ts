import { aDeadLetter, anAttempt } from '@messaging-system/contract-tests';
import { expect, test } from 'vitest';
import { aClaim, freshStore, insertMany } from './support/open-store.ts';
import { describeWithPostgres } from './support/services.ts';

const PHONE = '+905557654321';
const CONTENT = 'a-content-that-is-nowhere-else';
const METADATA = 'metadata-that-is-nowhere-else';
const response = { status: 500, headers: {}, body: 'a-response-that-is-nowhere-else' };

describeWithPostgres('what is erased', (world) => {
  test('is in no file of the table and its indexes after VACUUM FULL, with all versions of before', async () => {
    const { store, schema, plain } = await freshStore(world());
    await insertMany(store, 30, { phoneNumber: PHONE, content: CONTENT, metadata: { ref: METADATA } });
    const request = aClaim();
    const claimed = await store.messages.claimDue(request);
    await store.messages.settle(
      request.leaseToken,
      claimed.map(({ message }) => aDeadLetter(message.id, { attempt: anAttempt({ response }) })),
    );
    const copies = async (): Promise<number> => {
      await plain.query('CHECKPOINT');
      const { rows } = await plain.query(
        `SELECT c.relname, pg_read_binary_file(pg_relation_filepath(c.oid)) AS bytes
         FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'i')`,
        [schema],
      );
      const texts = [CONTENT, PHONE, METADATA, response.body];
      return rows.filter(({ bytes }) => texts.some((text) => bytes.includes(text))).length;
    };
    expect(await copies()).toBeGreaterThan(0);
    const { erasedIds, copiesRemain } = await store.messages.erase(PHONE, 100);
    expect([erasedIds.length, copiesRemain]).toEqual([30, undefined]);
    // Until then bytes of it may be left in the unused parts of pages, where no query finds them.
    await plain.query(`VACUUM FULL ${schema}.messages`);
    expect(await copies()).toBe(0);
  });
});
