import { identifiersOf, PRESETS, type PresetName } from '@messaging-system/adapters-webhook/contract';
import type { ConfigWarning } from '@messaging-system/cli';
import { identifiedRequest } from './client-contract.ts';
import type { Config } from './config.ts';

/** Of a configuration that is right: what lets a receiver get a message twice although a setting could prevent it. */
export function repeatWarnings(config: Config): readonly ConfigWarning[] {
  const { client, delivery } = config;
  if (delivery.ambiguity !== 'resend') return [];
  const { ambiguousStatuses, preset } = client;
  const found: ConfigWarning[] = [];
  if (ambiguousStatuses !== undefined) {
    found.push({
      text: 'client.ambiguousStatuses prevents no duplicates while delivery.ambiguity is resend',
      advice:
        'Set delivery.ambiguity: hold (DELIVERY_AMBIGUITY=hold), so that such messages wait for an operator.',
    });
  }
  if (preset !== undefined && sendsTwice(preset)) {
    found.push({
      text: `${preset} sends a message twice when an attempt is repeated, and delivery.ambiguity is resend`,
      advice:
        'Set delivery.ambiguity: hold (DELIVERY_AMBIGUITY=hold) where a duplicate costs more than a late message: docs/providers.md.',
    });
  }
  if (preset === undefined && identifiersOf(identifiedRequest(config)).size === 0) {
    found.push({
      text: 'the contract of client has no id in its request, so the receiver cannot recognise a repeat, and delivery.ambiguity is resend',
      advice:
        'Put {id} where the receiver expects an id of yours, or set delivery.ambiguity: hold (DELIVERY_AMBIGUITY=hold): docs/providers.md.',
    });
  }
  return found;
}

/** Of a provider with an account: what it is paid for each message. */
function sendsTwice(preset: PresetName): boolean {
  const { auth, repeats } = PRESETS[preset];
  return auth !== null && repeats === 'unrecognised';
}
