import type { Environment } from './read-environment.ts';

/** A variable that is meant for an OpenTelemetry SDK; null when there is none, or when they turn the SDK off. */
export function openTelemetryVariable(environment: Environment = process.env): string | null {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null;
  const isSet = (name: string): boolean => name.startsWith('OTEL_') && environment[name] !== '';
  return Object.keys(environment).sort().find(isSet) ?? null;
}
