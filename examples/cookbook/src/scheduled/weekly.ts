import type { Clock, EnqueueManyResult, Messages } from '@messaging-system/core';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
// A Monday; epoch days begin on a Thursday.
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** For a cron job: run it as often as you like, in as many processes as you like. Each number gets one message a week, and none late. */
export function sendWeekly(
  messages: Messages,
  clock: Clock,
  phoneNumbers: readonly string[],
): Promise<EnqueueManyResult> {
  const now = clock.now();
  const monday = now - ((now - FIRST_MONDAY_MS) % WEEK_MS);
  const week = new Date(monday).toISOString().slice(0, 10);
  return messages.enqueueMany(
    phoneNumbers.map((phoneNumber) => ({
      phoneNumber,
      content: 'New this week: …',
      idempotencyKey: `weekly-${week}-${phoneNumber}`,
      expiresAt: monday + WEEK_MS,
    })),
  );
}
