import { messagingOptions } from '../embed/messaging-options.ts';
import { type Messaging, openMessaging } from '../embed/open-messaging.ts';

declare global {
  // On the process, not in this module: Next bundles that more than once, for the instrumentation and for the routes.
  var shopMessaging: Promise<Messaging> | undefined;
}

/** For route handlers. */
export function messaging(): Promise<Messaging> {
  globalThis.shopMessaging ??= openMessaging(messagingOptions(process.env)).catch((error: unknown) => {
    // So that the next one tries again.
    globalThis.shopMessaging = undefined;
    throw error;
  });
  return globalThis.shopMessaging;
}

/** Opens it, and drains it on SIGTERM or SIGINT. */
export async function startMessaging(): Promise<void> {
  const open = await messaging();
  const end = (): void => void open[Symbol.asyncDispose]().finally(() => process.exit());
  process.once('SIGTERM', end).once('SIGINT', end);
}
