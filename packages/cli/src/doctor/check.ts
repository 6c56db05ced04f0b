import type { ProcessorJson } from '@messaging-system/http-hono';

export type CheckResult = 'ok' | 'warning' | 'failed' | 'skipped';

/** A checked part, its state, and the fix where it is not right and the detail does not say it already. */
export interface Check {
  readonly name: string;
  readonly result: CheckResult;
  readonly detail: string;
  readonly advice: string | null;
}

export function ok(name: string, detail: string): Check {
  return { name, result: 'ok', detail, advice: null };
}

export function warning(name: string, detail: string, advice: string | null): Check {
  return { name, result: 'warning', detail, advice };
}

export function failed(name: string, detail: string, advice: string | null): Check {
  return { name, result: 'failed', detail, advice };
}

export function skipped(name: string, detail: string): Check {
  return { name, result: 'skipped', detail, advice: null };
}

/** Delivery is stopped for every server of a store, as the store or one of its servers says. */
export function stoppedForAll({ at, by }: NonNullable<ProcessorJson['deliveryStop']>): Check {
  const text = `stopped for all servers by ${by ?? 'an operator'} since ${at ?? 'an unknown time'}`;
  return warning('deliveries', text, '"messaging-system start --all" ends it.');
}

/** How many messages there are. */
export function atLeast({ count, exact }: { readonly count: number; readonly exact: boolean }): string {
  return `${exact ? '' : 'at least '}${count.toLocaleString('en')}`;
}

/** The last line: what follows from the checks, and how far it goes. */
export function verdict(checks: readonly Check[], isServerOnly: boolean): string {
  const has = (result: Check['result']): boolean => checks.some((check) => check.result === result);
  const rest = isServerOnly ? ' Only the server was asked; the rest was not checked.' : '';
  if (has('failed')) return `Something has to be put right.${rest}`;
  if (has('warning')) return `Nothing failed, but see the warnings.${rest}`;
  return isServerOnly
    ? `The server reports no problems.${rest}`
    : 'Nothing is wrong that would keep messages from being delivered.';
}

const REDIRECT =
  'The receiver answers with a redirect, and none is followed: put its target into client.url, restart the server, then redrive what failed.';
const NO_WAY_OUT = 'Check client.url, and that a firewall or proxy lets this machine out.';

const PRIVATE =
  'client.addressPolicy is public, so every delivery to this address is refused: set it to any, or client.url to a public host.';

const NO_TOKEN =
  'No OAuth 2.0 token can be fetched: check tokenUrl, clientId and clientSecret of client.auth, and restart the server.';
// The code is the provider's own, from the body of its response.
const BODY_SAYS =
  'The response of the provider says why: "messaging-system show ID" has it, and the documentation of the provider explains its code.';
// The receiver that took it does not see a fault, so its log says nothing.
const NOT_RECOGNISED =
  'The provider answered a success that client.accept does not recognise: compare "messaging-system show ID" with client.accept.';
const KEPT =
  'The log of the receiver says why. "messaging-system show ID" has what it answered, if client.keepResponses keeps it.';

const ADVICE: Readonly<Record<string, string>> = {
  http_404:
    'Check the path of client.url: the receiver knows no such address. Restart the server, then redrive what failed.',
  http_410:
    'The address is gone: ask the receiver for the new one, put it into client.url and restart the server.',
  dns: 'Nobody knows this name: check client.url and the DNS of this machine.',
  connection_refused: 'Nothing listens there: check the port of client.url, and that the receiver runs.',
  connect_timeout: NO_WAY_OUT,
  unreachable: NO_WAY_OUT,
  connect_failed: NO_WAY_OUT,
  unexpected_response: NOT_RECOGNISED,
  unreadable_response: NOT_RECOGNISED,
  address_refused: PRIVATE,
  tls: "Check the receiver's certificate: doctor, run with the settings of the server, says what is wrong with it. Its owner renews one that has expired; NODE_EXTRA_CA_CERTS adds an authority of your own.",
};

const PROXY = 'Check client.proxy: the proxy is away, asks for a password or refuses this host.';

// Of a server elsewhere nobody knows here which of them it has.
const ANY_CREDENTIALS =
  'client.auth where it is set, else client.apiKey, client.apiKeyHeader and client.signingSecret';

/**
 * The fix for a receiver that deliveries fail at, by the reason of the failures as docs/errors.md lists them.
 * @param credentials the settings that show the receiver who we are
 */
export function receiverAdvice(reason: string, credentials: string = ANY_CREDENTIALS): string {
  if (/^http_40[13](?:_|$)/.test(reason)) {
    return `The receiver does not take what identifies us: check ${credentials}, restart the server, then redrive what failed.`;
  }
  if (/^(?:token_)?proxy_/.test(reason)) return PROXY;
  if (reason.startsWith('token_')) return NO_TOKEN;
  const found = ADVICE[reason] ?? (/^http_3\d\d$/.test(reason) ? REDIRECT : null);
  if (found !== null) return found;
  if (/^http_\d{3}_/.test(reason)) return BODY_SAYS;
  return /^http_\d{3}$/.test(reason) ? KEPT : 'The log of the receiver says why.';
}
