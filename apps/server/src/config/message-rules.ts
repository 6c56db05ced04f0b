import { PRESETS } from '@messaging-system/adapters-webhook/contract';
import type { MessageRules } from '@messaging-system/core/adapter';
import type { Config } from './config.ts';

/** The rules of the configuration, and those of its preset. */
export function messageRules({ message, client: { preset } }: Config): MessageRules {
  const isJson = preset !== undefined && PRESETS[preset].jsonContent === true;
  return isJson ? { ...message, contentIsJson: true } : message;
}
