import { NO_BLANKS, type Preset } from './preset.ts';

/** Standard Webhooks: the content is the event, as JSON. */
export const standardWebhooks: Preset = {
  base: null,
  path: '',
  contract: { encoding: 'text', headers: { 'content-type': 'application/json' }, body: '{content}' },
  blanks: NO_BLANKS,
  auth: null,
  webhookHeaders: true,
  jsonContent: true,
  repeats: 'unrecognised',
};
