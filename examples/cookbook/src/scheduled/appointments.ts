import type { EnqueueResult, Messages } from '@messaging-system/core';
import { afterQuietHours, type QuietHours } from './quiet-hours.ts';

export interface Appointment {
  readonly id: string;
  readonly phoneNumber: string;
  /** Epoch ms, as all instants. */
  readonly bookedAt: number;
  readonly startsAt: number;
}

const DAY_MS = 86_400_000;

/** A reminder one day before, not in quiet hours, and never once the appointment has begun. */
export function remind(
  messages: Messages,
  appointment: Appointment,
  quiet: QuietHours,
): Promise<EnqueueResult> {
  const { id, phoneNumber, bookedAt, startsAt } = appointment;
  // Of the appointment alone, not of the present: asked for again, it has to be the same request.
  const sendAt = afterQuietHours(Math.max(bookedAt, startsAt - DAY_MS), quiet);
  return messages.enqueue({
    phoneNumber,
    content: 'We are looking forward to seeing you',
    idempotencyKey: `appointment-${id}-${startsAt}`,
    sendAt,
    expiresAt: startsAt,
  });
}

/** Whether it is certain that no reminder goes out from here on. */
export async function callOff(messages: Messages, reminderId: string): Promise<boolean> {
  const [result] = await messages.cancel([reminderId]);
  switch (result?.kind) {
    case 'cancelled':
      return true;
    case 'refused':
      return result.message.status === 'cancelled' || result.message.status === 'failed';
    default:
      // It is being sent, or this store has no such message.
      return false;
  }
}
