import { BrokenAdapterError, MessagingError } from '../errors.ts';
import type { SentCache } from '../ports/sent-cache.ts';

/** @throws SentCacheUnavailableError as the cache does; BrokenAdapterError when it throws anything else */
export async function forgetSent(cache: SentCache | undefined, ids: readonly string[]): Promise<void> {
  try {
    await cache?.forget(ids);
  } catch (error) {
    if (error instanceof MessagingError) throw error;
    throw new BrokenAdapterError('forget of the sent cache threw an error that no adapter should throw', {
      cause: error,
    });
  }
}
