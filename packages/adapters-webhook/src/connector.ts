import { buildConnector } from 'undici';
import { publicLookup, refusedLiteral } from './address-guard.ts';
import { ProxyError, reasonBeforeWriting } from './fault-reason.ts';
import { removeInterimResponses } from './interim-responses.ts';
import type { WebhookSettings } from './webhook-settings.ts';

// undici's timer is accurate to half a second. It only ends what nobody waits for any more: the sends have a deadline of their own.
const CLEAN_UP_MS = 1_000;

/** Opens the connections: HTTP/1.1 only, to addresses that the policy allows. To the proxy where there is one. */
export function connectorTo(settings: WebhookSettings): buildConnector.connector {
  // With HTTP/2 undici may send a request again on its own.
  const common = { allowH2: false, timeout: settings.timeoutMs + CLEAN_UP_MS };
  // The proxy looks up the receiver's name; certificate and look-up are the receiver's.
  if (settings.proxy !== null) return buildConnector(common);
  return withoutInterim(directConnector(settings));
}

/** To the receiver itself, at an address that the policy allows. */
export function directConnector(
  settings: Pick<WebhookSettings, 'timeoutMs' | 'addressPolicy' | 'lookup' | 'tls'>,
): buildConnector.connector {
  const common = { allowH2: false, timeout: settings.timeoutMs + CLEAN_UP_MS };
  const guarded = settings.addressPolicy === 'public';
  const lookup = guarded ? publicLookup(settings.lookup) : settings.lookup;
  const connect = buildConnector({ ...common, ...settings.tls, ...(lookup === undefined ? {} : { lookup }) });
  return (target, callback) => {
    const refused = guarded ? refusedLiteral(target.hostname) : null;
    if (refused === null) connect(target, callback);
    else queueMicrotask(() => callback(refused, null));
  };
}

/** Leaves out interim responses of the connections that it opens. */
export function withoutInterim(connect: buildConnector.connector): buildConnector.connector {
  return (target, callback) => connect(target, cleaned(callback));
}

/** To a proxy: a fault says that it was not the receiver that could not be connected to. */
export function toProxy(connect: buildConnector.connector): buildConnector.connector {
  return (target, callback) =>
    connect(target, (...args) => {
      if (args[0] === null) callback(...args);
      else callback(new ProxyError(reasonBeforeWriting(args[0]), args[0]), null);
    });
}

function cleaned(callback: buildConnector.Callback): buildConnector.Callback {
  return (...args) => {
    if (args[0] === null) removeInterimResponses(args[1]);
    callback(...args);
  };
}
