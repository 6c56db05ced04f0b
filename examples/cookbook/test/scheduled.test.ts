// Runs what docs/cookbook/scheduled.md shows.
import { Dispatcher, type EnqueueResult, Messages } from '@messaging-system/core';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { callOff, remind } from '../src/scheduled/appointments.ts';
import { afterQuietHours } from '../src/scheduled/quiet-hours.ts';
import { sendWeekly } from '../src/scheduled/weekly.ts';

const HOUR_MS = 3_600_000;
const quiet = { from: 21, until: 9, timeZone: 'Europe/Istanbul' };
const phoneNumber = '+905551234567';

function openWorld(now: string) {
  const clock = new ManualClock(Date.parse(now));
  const random = new SeededRandom(1);
  const repository = new InMemoryMessageRepository(random);
  const sentAt: string[] = [];
  const sender = {
    timeoutMs: 15_000,
    send: async () => {
      sentAt.push(new Date(clock.now()).toISOString());
      return { kind: 'accepted' as const };
    },
  };
  const dispatcher = new Dispatcher(
    { repository, sender, clock, random },
    { drain: true, intervalMs: 60_000 },
  );
  return { clock, messages: new Messages({ repository, clock }), dispatcher, sentAt };
}

function idOf(result: EnqueueResult): string {
  return 'message' in result ? result.message.id : '';
}

describe('quiet hours', () => {
  test.each([
    ['2026-06-01T10:00:00Z', '2026-06-01T10:00:00Z'],
    ['2026-06-01T17:59:59Z', '2026-06-01T17:59:59Z'],
    ['2026-06-01T18:00:00Z', '2026-06-02T06:00:00Z'],
    ['2026-06-02T05:59:59Z', '2026-06-02T06:00:00Z'],
  ])('move %s to %s', (at, expected) => {
    expect(afterQuietHours(Date.parse(at), quiet)).toBe(Date.parse(expected));
  });

  test('end at the right hour of the night in which clocks change, and in zones of quarters', () => {
    const berlin = { from: 22, until: 8, timeZone: 'Europe/Berlin' };
    const before = Date.parse('2026-03-28T23:30:00+01:00');
    expect(afterQuietHours(before, berlin)).toBe(Date.parse('2026-03-29T08:00:00+02:00'));
    const kathmandu = { from: 0, until: 7, timeZone: 'Asia/Kathmandu' };
    const night = Date.parse('2026-06-01T03:10:00+05:45');
    expect(afterQuietHours(night, kathmandu)).toBe(Date.parse('2026-06-01T07:00:00+05:45'));
  });

  test('are none when they end as they begin, and refused when they are not hours', () => {
    expect(afterQuietHours(0, { ...quiet, from: 9 })).toBe(0);
    expect(() => afterQuietHours(0, { ...quiet, from: 0, until: 24 })).toThrow('not an hour');
  });
});

describe('a reminder', () => {
  const startsAt = Date.parse('2026-06-03T04:00:00Z');
  const bookedAt = Date.parse('2026-05-20T10:00:00Z');
  const appointment = { id: '5', phoneNumber, bookedAt, startsAt };

  test('goes out a day before, after the quiet hours', async () => {
    const { clock, messages, dispatcher, sentAt } = openWorld('2026-06-01T00:00:00Z');
    dispatcher.start();
    await remind(messages, appointment, quiet);
    await clock.advance(60 * HOUR_MS);
    expect(sentAt).toEqual(['2026-06-02T06:00:00.000Z']);
    dispatcher.stop();
    await dispatcher.whenStopped();
  });

  test('is one, however often it is asked for', async () => {
    const { clock, messages } = openWorld('2026-06-01T00:00:00Z');
    expect((await remind(messages, appointment, quiet)).kind).toBe('stored');
    await clock.advance(30 * HOUR_MS);
    expect((await remind(messages, appointment, quiet)).kind).toBe('existing');
  });

  test('is refused when the appointment begins within quiet hours', async () => {
    const { clock, messages } = openWorld('2026-06-02T19:00:00Z');
    const late = { ...appointment, bookedAt: clock.now() };
    const result = await remind(messages, late, quiet);
    expect(result).toMatchObject({ kind: 'invalid', problems: [{ field: 'expiresAt' }] });
  });

  test('is never sent once the appointment has begun', async () => {
    const { clock, messages, dispatcher, sentAt } = openWorld('2026-06-01T00:00:00Z');
    const stored = await remind(messages, appointment, quiet);
    clock.set(startsAt);
    await dispatcher.dispatchOnce();
    expect(sentAt).toEqual([]);
    expect(await messages.find(idOf(stored))).toMatchObject({ status: 'failed', reason: 'expired' });
  });

  test('is called off before it goes, and not afterwards', async () => {
    const { clock, messages, dispatcher, sentAt } = openWorld('2026-06-01T00:00:00Z');
    const first = await remind(messages, appointment, quiet);
    const second = await remind(messages, { ...appointment, id: '6' }, quiet);
    expect(await callOff(messages, idOf(first))).toBe(true);
    expect(await callOff(messages, idOf(first))).toBe(true);
    clock.set(startsAt - HOUR_MS);
    await dispatcher.dispatchOnce();
    expect(sentAt).toHaveLength(1);
    expect(await callOff(messages, idOf(second))).toBe(false);
  });
});

describe('a weekly message', () => {
  test('is one for each number and week, however often the job runs', async () => {
    const { clock, messages, dispatcher, sentAt } = openWorld('2026-06-01T00:00:00Z');
    const numbers = [phoneNumber, '+905557654321'];
    await sendWeekly(messages, clock, numbers);
    clock.set(Date.parse('2026-06-07T23:59:59Z'));
    await Promise.all([sendWeekly(messages, clock, numbers), sendWeekly(messages, clock, numbers)]);
    await dispatcher.dispatchOnce();
    expect(sentAt).toHaveLength(2);
    clock.set(Date.parse('2026-06-08T00:00:00Z'));
    await sendWeekly(messages, clock, numbers);
    await dispatcher.dispatchOnce();
    expect(sentAt).toHaveLength(4);
  });

  test('is stored for nobody when one number is invalid, and the result says which', async () => {
    const { clock, messages } = openWorld('2026-06-01T00:00:00Z');
    const result = await sendWeekly(messages, clock, [phoneNumber, 'no number']);
    expect(result).toMatchObject({ kind: 'invalid', problems: [{ index: 1, field: 'phoneNumber' }] });
    expect((await messages.counts()).unsent.count).toBe(0);
  });
});
