import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Message, SendOutcome } from '@messaging-system/core';

export interface SenderConfig {
  readonly url: string;
  readonly timeoutMs: number;
  readonly apiKey: string;
  readonly signingSecrets: readonly string[];
}

/** How far a call had come when it failed. */
export type Phase = 'connecting' | 'connected';

/** The decisions of the reference sender: a double replaces one of them. */
export interface SenderParts {
  body(message: Message): string;
  headers(message: Message, attempt: number, body: string, config: SenderConfig): Record<string, string>;
  classify(status: number, headers: IncomingHttpHeaders): SendOutcome;
  retryAfterMs(value: string | undefined): number | undefined;
  messageId(body: Buffer): string | undefined;
  fault(phase: Phase, error: NodeJS.ErrnoException): SendOutcome;
  timeout(): SendOutcome;
  readonly maxBodyBytes: number;
}

export const REFERENCE_PARTS: SenderParts = {
  body: ({ phoneNumber, content }) => JSON.stringify({ to: phoneNumber, content }),
  headers: (message, _attempt, body, config) => {
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = config.signingSecrets
      .map((secret) => sign(secret, `${message.id}.${timestamp}.${body}`))
      .join(' ');
    return {
      'content-type': 'application/json',
      'x-ins-auth-key': config.apiKey,
      'webhook-id': message.id,
      'webhook-timestamp': String(timestamp),
      ...(signature === '' ? {} : { 'webhook-signature': signature }),
    };
  },
  classify(status, headers) {
    const reason = `http_${status}`;
    if (status >= 200 && status < 300) return { kind: 'accepted' };
    if (status === 410) return { kind: 'permanent', reason, endpoint: 'gone' };
    if ([401, 403, 404].includes(status)) return { kind: 'permanent', reason, endpoint: 'refusing' };
    if ([408, 425].includes(status)) return { kind: 'retryable', reason };
    if ([429, 503].includes(status)) {
      const retryAfterMs = this.retryAfterMs(headers['retry-after']);
      return {
        kind: 'retryable',
        reason,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs, busy: true }),
      };
    }
    if ([502, 504].includes(status) || status < 200) return { kind: 'ambiguous', reason };
    return status < 500 ? { kind: 'permanent', reason } : { kind: 'retryable', reason };
  },
  retryAfterMs(value) {
    if (value === undefined) return undefined;
    if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, 86_400_000);
    const at = /^[A-Z][a-z]{2}, \d{2} /.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
  },
  messageId(body) {
    try {
      const id = JSON.parse(body.toString('utf8'))?.messageId;
      return typeof id === 'string' ? id : undefined;
    } catch {
      return undefined;
    }
  },
  fault: (phase, error) =>
    phase === 'connecting'
      ? { kind: 'retryable', reason: 'connection_refused' }
      : { kind: 'ambiguous', reason: error.code === 'ECONNRESET' ? 'connection_reset' : 'broken_answer' },
  timeout: () => ({ kind: 'ambiguous', reason: 'timeout' }),
  maxBodyBytes: 64 * 1024,
};

function sign(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
