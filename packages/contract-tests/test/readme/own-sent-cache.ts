import { ManualClock } from '@messaging-system/core/in-memory';
import { TextSentCache } from '../sent-cache/text-sent-cache.ts';

const TTL_MS = 60_000;

interface OwnStore {
  readonly clock: ManualClock;
  readonly ttlMs: number;
  readonly texts: Map<string, { readonly text: string; readonly expiresAt: number }>;
}

/** Stands for a connection to a store of texts that expire. */
export function connect(): OwnStore {
  return { clock: new ManualClock(), ttlMs: TTL_MS, texts: new Map() };
}

export { TextSentCache as OwnSentCache, TTL_MS };
