import type { Job } from './contender.ts';

/** Messages of the size of a short SMS. */
export function makeJobs(prefix: string, count: number): readonly Job[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${prefix}-${index}`,
    phoneNumber: `+90555${String(1_000_000 + (index % 9_000_000))}`,
    content: `Your order ${index} has been shipped and will be with you tomorrow between nine and twelve.`,
  }));
}
