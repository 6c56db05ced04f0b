import * as v from 'valibot';
import { ApiError } from '../errors/api-error.ts';
import { RETRY_AFTER_S } from '../errors/outcome-errors.ts';
import { ANY_QUERY } from '../routing/query-spec.ts';
import type { Route } from '../routing/route.ts';
import type { LiveEvents } from './live-events.ts';

const DESCRIPTION = [
  'Server-sent events: `event` is the type, such as `message.settled`, `data` a JSON object with `type`, `at` and what the type has besides.',
  'Messages are named by id, without phone numbers and contents.',
  'A reader that comes back with `Last-Event-ID` gets what it missed, as far as this process still knows it; any other value is ignored.',
].join(' ');

export function eventsRoute(events: LiveEvents): Route {
  return {
    doc: {
      method: 'GET',
      path: '/events',
      operationId: 'watchEvents',
      access: 'read',
      summary: 'Watch what happens, as it happens',
      description: DESCRIPTION,
      headers: { 'Last-Event-ID': v.string() },
      query: ANY_QUERY,
      answers: {
        200: {
          description: 'A stream that stays open.',
          mediaType: 'text/event-stream',
          schema: v.string(),
        },
      },
      errors: ['too_many_streams'],
    },
    respond: async (c) => {
      if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
      const stream = events.open(c.req.header('last-event-id'), c.req.raw.signal);
      if (stream !== null) return stream;
      throw new ApiError('too_many_streams', { headers: { 'retry-after': String(RETRY_AFTER_S) } });
    },
  };
}
