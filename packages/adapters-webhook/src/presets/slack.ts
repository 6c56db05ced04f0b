import { NO_BLANKS, type Preset } from './preset.ts';

/** Slack, incoming webhooks: the URL is the credential. */
export const slack: Preset = {
  base: null,
  path: '',
  contract: {
    // In `text`, `<!channel>` in a content would notify everybody; a block of plain text says it as it is.
    body: { blocks: [{ type: 'section', text: { type: 'plain_text', text: '{content}', emoji: false } }] },
    accept: { status: 200, when: { path: '', in: ['ok'] } },
    reject: [{ status: '5xx', as: 'ambiguous' }],
  },
  blanks: NO_BLANKS,
  auth: null,
  webhookHeaders: false,
  secretUrl: true,
  repeats: 'unrecognised',
};
