import { Messages } from '@messaging-system/core';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import { expect, test } from 'vitest';
import { RetentionJob } from '../../src/composition/retention-job.ts';
import { capturedLog, LEVEL } from '../support/captured-log.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

function aJob(): { readonly clock: ManualClock; readonly texts: () => readonly unknown[] } & AsyncDisposable {
  const clock = new ManualClock();
  const { log, lines } = capturedLog();
  const messages = new Messages({ repository: new InMemoryMessageRepository(new SeededRandom()), clock });
  const job = new RetentionJob(messages, { keepMs: HOUR, intervalMs: 24 * HOUR }, clock, log);
  job.start();
  return {
    clock,
    texts: () => lines().map(({ level, msg }) => [level, msg]),
    [Symbol.asyncDispose]: () => job[Symbol.asyncDispose](),
  };
}

test('says once that it waits for the clock, and goes on by itself when the hour is over', async () => {
  await using job = aJob();
  await job.clock.advance(HOUR + MINUTE);
  expect(job.texts()).toEqual([
    [
      LEVEL.info,
      "old messages are removed when this machine's clock has run steadily for an hour, in 60 min at the earliest",
    ],
  ]);
  expect(job.clock.sleepers).toBe(1);
});

test('says it again when the clock was set meanwhile', async () => {
  await using job = aJob();
  await job.clock.advance(30 * MINUTE);
  job.clock.set(job.clock.now() - 100 * 24 * HOUR);
  await job.clock.advance(30 * MINUTE);
  expect(job.texts()).toHaveLength(2);
});
