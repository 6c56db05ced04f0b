import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

/** Where the tests' servers are, or null. */
export const mongoUri: string | null = inject('mongoUri');
export const redisUrl: string | null = inject('redisUrl');
export const postgresUrl: string | null = inject('postgresUrl');

/** The title of a suite that needs servers: a skip is never without its reason. */
export function withServices(title: string, areThere: boolean): string {
  return areThere ? title : `${title} [SKIPPED: ${inject('servicesWhy')}]`;
}

export function randomName(prefix: string): string {
  return `${prefix}${randomBytes(6).toString('hex')}`;
}
