import { goService } from './go-service.ts';
import { infobip } from './infobip.ts';
import { messagebird } from './messagebird.ts';
import { netgsm } from './netgsm.ts';
import type { Preset } from './preset.ts';
import { slack } from './slack.ts';
import { standardWebhooks } from './standard-webhooks.ts';
import { twilio } from './twilio.ts';
import { vonage } from './vonage.ts';

export type PresetName =
  | 'go-service'
  | 'standard-webhooks'
  | 'twilio'
  | 'vonage'
  | 'infobip'
  | 'messagebird'
  | 'netgsm'
  | 'slack';

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'go-service': goService,
  'standard-webhooks': standardWebhooks,
  twilio,
  vonage,
  infobip,
  messagebird,
  netgsm,
  slack,
};

/** In the order of the table. */
export const PRESET_NAMES: readonly PresetName[] = [
  'go-service',
  'standard-webhooks',
  'twilio',
  'vonage',
  'infobip',
  'messagebird',
  'netgsm',
  'slack',
];
