import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { timeoutSignal } from '../src/connection/messaging-api.ts';

test('aborts as a time-out after what was there to read when the process was held up', async () => {
  const order: string[] = [];
  // From here on, timers that are due fire before anything else is looked at.
  await turn();
  const signal = timeoutSignal(10);
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      order.push('aborted');
      resolve();
    });
  });
  setImmediate(() => order.push('read'));
  const end = performance.now() + 40;
  while (performance.now() < end);
  await aborted;
  expect(order).toEqual(['read', 'aborted']);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});
