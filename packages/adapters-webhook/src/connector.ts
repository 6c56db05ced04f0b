import { buildConnector } from 'undici';
import { publicLookup, refusedLiteral } from './address-guard.ts';
import type { WebhookSettings } from './webhook-settings.ts';

/** Opens the connections: HTTP/1.1 only, to addresses that the policy allows. */
export function guardedConnector(settings: WebhookSettings): buildConnector.connector {
  const guarded = settings.addressPolicy === 'public';
  const lookup = guarded ? publicLookup(settings.lookup) : settings.lookup;
  const connect = buildConnector({
    ...settings.tls,
    ...(lookup === undefined ? {} : { lookup }),
    // With HTTP/2 undici may send a request again on its own.
    allowH2: false,
    timeout: settings.timeoutMs,
  });
  return (target, callback) => {
    const refused = guarded ? refusedLiteral(target.hostname) : null;
    if (refused === null) connect(target, callback);
    else queueMicrotask(() => callback(refused, null));
  };
}
