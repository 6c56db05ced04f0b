import type { MessagingOptions } from './open-messaging.ts';

/** @throws Error naming what is not set */
export function messagingOptions(environment: NodeJS.ProcessEnv): MessagingOptions {
  const setting = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === '') throw new Error(`${name} is not set`);
    return value;
  };
  return {
    file: environment.MESSAGING_FILE ?? './data/messages.db',
    webhookUrl: setting('WEBHOOK_URL'),
    apiKey: setting('MESSAGING_API_KEY'),
  };
}
