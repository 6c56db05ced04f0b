import { PRESETS } from '@messaging-system/adapters-webhook/contract';
import type { Config } from './config.ts';

const PARTS = {
  none: null,
  header: 'value',
  bearer: 'token',
  basic: 'user and password',
  oauth2: 'clientId and clientSecret',
} as const;

/** The settings that show a receiver who we are, as a sentence names them. */
export function credentialSettings({ auth, preset }: Config['client']): string {
  const asked = preset === undefined ? null : PRESETS[preset];
  const parts = PARTS[auth?.kind ?? asked?.auth?.kind ?? 'none'];
  if (parts !== null) return `client.auth (${parts})`;
  // Such a provider takes no header of ours: its address is the secret.
  if (asked?.webhookHeaders === false) return 'client.url, which is the credential';
  return 'client.apiKey, client.apiKeyHeader and client.signingSecret';
}
