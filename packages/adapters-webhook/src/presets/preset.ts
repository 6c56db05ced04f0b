import type { RequestAuth } from '../auth/request-auth.ts';
import type { ProviderContract } from '../contract/provider-contract.ts';

/** One provider, as data. */
export interface Preset {
  /** Scheme, host, port and prefix; `client.url` replaces it. Null: it must be given. */
  readonly base: string | null;
  /** Added to the base. */
  readonly path: string;
  readonly contract: ProviderContract;
  /** The blanks that `with` fills. */
  readonly blanks: Blanks;
  /** How its requests are authenticated, for those who forgot; null where nothing is asked for. */
  readonly auth: { readonly kind: RequestAuth['kind']; readonly example: string } | null;
  /** Whether requests carry `webhook-id` and the other headers of Standard Webhooks. */
  readonly webhookHeaders: boolean;
  /** The content is sent as JSON as it stands; one that is none can't be sent. */
  readonly jsonContent?: true;
  /** The URL itself is the credential: it is shown nowhere. */
  readonly secretUrl?: true;
  /** `recognised`: a second request with the same id has no effect, so repeating after an unknown outcome is safe. */
  readonly repeats: 'recognised' | 'unrecognised';
}

export interface Blanks {
  readonly required: readonly string[];
  /** With the value that holds where none is given; null: what uses it is left out. */
  readonly optional: Readonly<Record<string, string | null>>;
  /** Of these exactly one. */
  readonly oneOf?: readonly string[];
}

export const NO_BLANKS: Blanks = { required: [], optional: {} };
