import { NO_BLANKS, type Preset } from './preset.ts';

/** The contract of the Go service, which is also the one that holds where nothing is said. */
export const goService: Preset = {
  base: null,
  path: '',
  contract: { body: { to: '{phoneNumber}', content: '{content}' } },
  blanks: NO_BLANKS,
  auth: null,
  webhookHeaders: true,
  repeats: 'unrecognised',
};
