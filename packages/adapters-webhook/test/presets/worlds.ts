import type { PresetName, WebhookSenderOptions } from '../../src/index.ts';
import {
  ACCOUNT,
  type Double,
  goServiceDouble,
  infobipDouble,
  messagebirdDouble,
  netgsmDouble,
  slackDouble,
  standardWebhooksDouble,
  twilioDouble,
  vonageDouble,
} from './doubles.ts';

/** How each preset is configured against its double. */
export interface PresetWorld {
  readonly double: Double;
  readonly options: (url: string) => WebhookSenderOptions;
  /** A content that the double accepts. */
  readonly content?: string;
  /** The provider's id of an accepted message; undefined where it gives none. */
  readonly id?: string;
}

export const WORLDS: Readonly<Record<PresetName, PresetWorld>> = {
  'go-service': {
    double: goServiceDouble,
    options: (url) => ({ url, contract: { preset: 'go-service' } }),
    id: '67f2f8a8-ea58-4ed0-a6f9-ff217df4d849',
  },
  'standard-webhooks': {
    double: standardWebhooksDouble,
    options: (url) => ({
      url,
      contract: { preset: 'standard-webhooks' },
      signingSecrets: ['whsec_bmV3LXNlY3JldC1vZi0yNC1ieXRlcw=='],
    }),
    content: '{"type":"order.paid"}',
  },
  twilio: {
    double: twilioDouble,
    options: (url) => ({
      url,
      contract: { preset: 'twilio', with: { account: ACCOUNT, from: '+15550100' } },
      auth: { kind: 'basic', user: ACCOUNT, password: 'the-auth-token' },
    }),
    id: `SM${'1'.repeat(32)}`,
  },
  vonage: {
    double: vonageDouble,
    options: (url) => ({
      url,
      contract: { preset: 'vonage', with: { from: 'ACME' } },
      auth: { kind: 'basic', user: 'abcd1234', password: 'the-api-secret' },
    }),
    id: '0A0000000123ABCD1',
  },
  infobip: {
    double: infobipDouble,
    options: (url) => ({
      url,
      contract: { preset: 'infobip', with: { from: 'ACME' } },
      auth: { kind: 'header', name: 'authorization', value: 'App the-infobip-key' },
    }),
    id: '6955b9000102030405000001',
  },
  messagebird: {
    double: messagebirdDouble,
    options: (url) => ({
      url,
      contract: { preset: 'messagebird', with: { from: 'ACME' } },
      auth: { kind: 'header', name: 'authorization', value: 'AccessKey the-access-key' },
    }),
    id: 'e8077d803532c0b5937c639b60216938',
  },
  netgsm: {
    double: netgsmDouble,
    options: (url) => ({
      url,
      contract: { preset: 'netgsm', with: { header: 'ACME' } },
      auth: { kind: 'basic', user: '8500000000', password: 'the-password' },
    }),
    id: '17377215342605050417149344',
  },
  slack: {
    double: slackDouble,
    options: (url) => ({
      url: `${url}/services/T000/B000/the-secret-part`,
      contract: { preset: 'slack' },
    }),
  },
};
