import { type TracerProvider, trace } from '@opentelemetry/api';

/** The method that the SDK's provider has beyond the API. */
interface Flushable {
  forceFlush(): Promise<unknown>;
}

/**
 * Has the SDK export the spans that it still holds, for a process that is about to end. Resolves when that is done, has failed or has taken
 * `timeoutMs`; never rejects. Without an SDK there is nothing to do.
 */
export async function flushTraces(timeoutMs: number = 2_000): Promise<void> {
  const provider = registered(trace.getTracerProvider());
  if (!isFlushable(provider)) return;
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, timeoutMs);
  try {
    await Promise.race([provider.forceFlush(), late.promise]);
  } catch {
    // Spans that could not be exported are the SDK's to report.
  } finally {
    clearTimeout(timer);
  }
}

/** The API keeps a provider that hands everything on to the one that was registered. */
function registered(provider: TracerProvider & { getDelegate?(): TracerProvider }): TracerProvider {
  return provider.getDelegate?.() ?? provider;
}

function isFlushable(provider: object): provider is Flushable {
  return 'forceFlush' in provider && typeof provider.forceFlush === 'function';
}
