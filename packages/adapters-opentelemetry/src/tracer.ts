import { type Tracer, trace } from '@opentelemetry/api';

/** Of the SDK that is registered, also when that comes later; without one its spans are none. */
export function messagingTracer(): Tracer {
  return trace.getTracer('@messaging-system/adapters-opentelemetry');
}
