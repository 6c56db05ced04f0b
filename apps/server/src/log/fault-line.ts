import type { HttpFault } from '@messaging-system/http-hono';
import type { LogLine } from './log-line.ts';

/** A request that ended in a fault, by its route's pattern: a path could carry a phone number. */
export function faultLine({ error, ...request }: HttpFault): LogLine {
  return { level: 'error', text: 'a request ended in a fault', fields: { ...request, err: error } };
}
