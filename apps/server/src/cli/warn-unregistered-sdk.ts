import { type TracerProvider, trace } from '@opentelemetry/api';
import type { Logger } from 'pino';
import manifest from '../../package.json' with { type: 'json' };
import { openTelemetryVariable } from '../config/open-telemetry-variable.ts';

const API_VERSION = manifest.dependencies['@opentelemetry/api'];

/** Says so when somebody expects traces and none will be recorded. */
export function warnUnregisteredSdk(log: Logger): void {
  const variable = openTelemetryVariable();
  if (variable === null || isRegistered(trace.getTracerProvider())) return;
  log.warn(
    `${variable} is set, but no OpenTelemetry SDK is registered here, or by an @opentelemetry/api older than ${API_VERSION}: see docs/tracing.md`,
  );
}

/** The API's own provider has nobody to hand on to before one is registered. */
function isRegistered(provider: TracerProvider & { getDelegateTracer?(name: string): unknown }): boolean {
  return provider.getDelegateTracer === undefined || provider.getDelegateTracer('') !== undefined;
}
