import { getPath } from 'hono/utils/url';

const ACTION = /^\/processor\/(start|stop)\/?$/;
const ACTION_IN_ANY_CASE = /^\/processor\//i;
const SENT_MESSAGES = /^\/processor\/sent-messages\/?$/i;

/**
 * The path that a request is routed by. The Go service's routes are found as its router finds them: with a slash at the end, and in any case but for
 * the action, which is a parameter there. Its description of the API is found at its old place.
 */
export function goServicePath(request: Request): string {
  const path = getPath(request);
  if (path === '/swagger/doc.json') return '/openapi.json';
  if (SENT_MESSAGES.test(path)) return '/processor/sent-messages';
  const [, action] = ACTION.exec(path.replace(ACTION_IN_ANY_CASE, '/processor/')) ?? [];
  return action === undefined ? path : `/processor/${action}`;
}
