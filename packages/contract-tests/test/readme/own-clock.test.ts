import { setTimeout as wait } from 'node:timers/promises';
import { clockContract, registerContract } from '@messaging-system/contract-tests';
import { SystemClock } from '@messaging-system/core/system-clock';
import { describe, test } from 'vitest';

registerContract('SystemClock', clockContract, { describe, test }, async () => ({
  clock: new SystemClock(),
  pass: (ms) => wait(ms),
  close: async () => undefined,
}));
