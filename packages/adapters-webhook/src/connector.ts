import { buildConnector } from 'undici';
import { publicLookup, refusedLiteral } from './address-guard.ts';
import type { WebhookSettings } from './webhook-settings.ts';

// undici's timer is accurate to half a second. It only ends what nobody waits for any more: the sends have a deadline of their own.
const CLEAN_UP_MS = 1_000;

/** Opens the connections: HTTP/1.1 only, to addresses that the policy allows. */
export function guardedConnector(settings: WebhookSettings): buildConnector.connector {
  const guarded = settings.addressPolicy === 'public';
  const lookup = guarded ? publicLookup(settings.lookup) : settings.lookup;
  const connect = buildConnector({
    ...settings.tls,
    ...(lookup === undefined ? {} : { lookup }),
    // With HTTP/2 undici may send a request again on its own.
    allowH2: false,
    timeout: settings.timeoutMs + CLEAN_UP_MS,
  });
  return (target, callback) => {
    const refused = guarded ? refusedLiteral(target.hostname) : null;
    if (refused === null) connect(target, callback);
    else queueMicrotask(() => callback(refused, null));
  };
}
