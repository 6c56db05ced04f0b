import type { Context } from 'hono';
import type { HttpEnv } from '../http-env.ts';
import { tell } from '../tell.ts';
import { ClientAddress } from './client-address.ts';

/** A key that was refused; never the key itself. */
export interface RefusedKey {
  readonly via: 'api' | 'dashboard';
  /** Where it came from; null: the host does not tell. */
  readonly address: string | null;
  readonly requestId: string;
}

export type OnRefusedKey = (refused: RefusedKey) => void;

interface RefusedKeysOptions {
  readonly via: RefusedKey['via'];
  readonly trustedProxies: readonly string[] | undefined;
  readonly onRefusedKey: OnRefusedKey | undefined;
}

/** Tells of each key that is refused, and where it came from. */
export class RefusedKeys {
  readonly #options: RefusedKeysOptions;
  readonly #clientAddress: ClientAddress;

  /** @throws InvalidOptionsError naming each trusted proxy that is neither an address nor a network */
  constructor(options: RefusedKeysOptions) {
    this.#options = options;
    this.#clientAddress = new ClientAddress(options.trustedProxies);
  }

  /** Null: the host does not tell. */
  addressOf(c: Context<HttpEnv>): string | null {
    return this.#clientAddress.of(c);
  }

  tell(c: Context<HttpEnv>): void {
    const { via, onRefusedKey } = this.#options;
    tell(onRefusedKey, () => ({ via, address: this.addressOf(c), requestId: c.get('requestId') ?? '' }));
  }
}
