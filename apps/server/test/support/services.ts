import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

/** Where the tests' servers are, or null. */
export const mongoUri: string | null = inject('mongoUri');
export const redisUrl: string | null = inject('redisUrl');

/** The title of a suite that needs both: a skip is never without its reason. */
export function withServices(title: string): string {
  return mongoUri === null || redisUrl === null ? `${title} [SKIPPED: ${inject('servicesWhy')}]` : title;
}

export function randomName(prefix: string): string {
  return `${prefix}${randomBytes(6).toString('hex')}`;
}
