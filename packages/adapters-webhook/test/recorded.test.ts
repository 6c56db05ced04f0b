import { readFileSync } from 'node:fs';
import { aMessage } from '@messaging-system/contract-tests';
import { expect, test } from 'vitest';
import { startRawServer } from './raw-server.ts';
import { exchanges } from './recorded/exchanges.ts';
import { SENDERS } from './senders.ts';

const RECORDED: unknown = JSON.parse(
  readFileSync(new URL('./recorded/before-contracts.json', import.meta.url), 'utf8'),
);

test.each(SENDERS)(
  '%s without a contract writes and reads what was recorded before there were any',
  async (_, Sender) => {
    const now = await exchanges({
      Sender,
      startRawServer,
      message: aMessage(),
      clock: { now: () => 1_767_322_645_000, sleep: () => Promise.resolve() },
    });
    expect(now).toEqual(RECORDED);
  },
);
