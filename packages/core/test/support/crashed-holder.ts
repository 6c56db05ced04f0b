import type { World } from './world.ts';

/** How far the process that crashed had come. */
export interface Crash {
  /** Whether it journaled the beginning of attempts. */
  readonly journals: boolean;
  /** Whether it had begun, where it journaled. */
  readonly begun?: boolean;
}

/** A process takes what is due and is never heard of again; afterwards its lease has run out. */
export async function crash(world: World, { journals, begun = false }: Crash, limit = 100): Promise<void> {
  const now = world.clock.now();
  const leaseToken = `crashed-${now}`;
  const request = { now, leasedUntil: now + 1000, leaseToken, journals, limit };
  const claimed = await world.repository.claimDue(request);
  if (begun) {
    await world.repository.beginAttempt(
      leaseToken,
      claimed.map((one) => one.message.id),
      now,
    );
  }
  await world.clock.advance(1000);
}
