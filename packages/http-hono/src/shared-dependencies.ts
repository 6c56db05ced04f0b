import { type Clock, InvalidOptionsError } from '@messaging-system/core';
import type { MessageRules } from '@messaging-system/core/adapter';
import type { ApiKeysOption } from './access/api-keys.ts';
import type { Operation } from './access/operations.ts';
import type { BrowserGuard } from './access/other-sites.ts';
import type { OnRefusedKey } from './access/refused-keys.ts';
import type { HttpFault } from './errors/on-error.ts';
import type { HealthCheck } from './health/health-checks.ts';
import type { SandboxReceiver } from './sandbox/sandbox-receiver.ts';
import type { DeliverySwitch, DispatcherUseCases, MessagesUseCases } from './use-cases.ts';

/** Dependencies of both the API and the dashboard. */
export interface SharedDependencies {
  readonly messages: MessagesUseCases;
  readonly dispatcher: DispatcherUseCases;
  readonly clock: Clock;
  /** `deliverySwitchOf(repository)`: adds `POST /processor/stop-all` and `/processor/start-all`, and the dashboard shows the stop. */
  readonly deliverySwitch?: DeliverySwitch | undefined;
  /** The dependencies that `/readyz` asks, by name. */
  readonly health?: Readonly<Record<string, HealthCheck>>;
  /** Adds the sandbox's routes, and its page in the dashboard. */
  readonly sandbox?: SandboxReceiver;
  /** Any of these is asked for as a bearer token, and opens what its scopes allow. `none`: nobody is asked, see `browserGuard`. */
  readonly apiKeys: ApiKeysOption;
  /**
   * Keeps pages of other sites out. Where `apiKeys` is `none` it is in force unless given otherwise, and answers to the names of this machine only: name the
   * host names that the API is reached by, or say `off` where an access control of your own stands in front. With keys it is off unless given.
   */
  readonly browserGuard?: BrowserGuard | 'off';
  /** The rules that `messages` has, so that they are documented; core's default ones unless given. */
  readonly rules?: MessageRules;
  /** Called for each operator action, with the name of the key: start, stop, dispatch, cancel, redrive, erase. Its errors are dropped. */
  readonly onOperation?: (operation: Operation) => void;
  /**
   * The path prefix that a proxy in front removes, such as `/messaging`. Links, redirects, `Location`, the cookie's path and the OpenAPI document
   * begin with it. The app finds out by itself where it is mounted in another Hono app.
   */
  readonly publicPath?: string | undefined;
  /**
   * The addresses or networks (`10.0.0.0/8`) of the proxies in front. Only their `X-Forwarded-For` is believed. Without them all clients behind a
   * proxy share its address, and with it the delay that wrong keys cause at the login of the dashboard.
   */
  readonly trustedProxies?: readonly string[];
  /** Called for every key that the API or the login of the dashboard refuses. Its errors are dropped. */
  readonly onRefusedKey?: OnRefusedKey;
  /** Called for faults: errors of ports, and unexpected errors. */
  readonly onFault?: (fault: HttpFault) => void;
}

const PUBLIC_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/;

/**
 * The path prefix that a proxy in front removes, to be put before every path that clients get; empty: none.
 * @throws InvalidOptionsError if it is not a path such as `/messaging`
 */
export function publicPath(given: string | undefined): string {
  if (given !== undefined && !PUBLIC_PATH.test(given)) {
    throw new InvalidOptionsError([
      `publicPath must be a path such as /messaging, without a slash at the end, is ${JSON.stringify(given)}`,
    ]);
  }
  return given ?? '';
}
