import { ManualClock } from '@messaging-system/core/in-memory';
import { expect, test } from 'vitest';
import { refusedKeyLog } from '../../src/log/refused-key-log.ts';
import { capturedLog } from '../support/captured-log.ts';

test('10,000 refused keys in ten seconds are one line, and the next line says how many were not shown', async () => {
  const clock = new ManualClock(0);
  const { log, lines } = capturedLog();
  const tell = refusedKeyLog(log, clock);
  const refused = { via: 'api', address: '192.0.2.1', requestId: 'r' } as const;
  for (let n = 0; n < 10_000; n += 1) tell(refused);
  await clock.advance(10_000);
  tell(refused);
  const warning = { level: 40, msg: 'the API refused an API key', ...refused };
  expect(lines()).toMatchObject([warning, { ...warning, notShown: 9_999 }]);
});
