import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Message } from '@messaging-system/core';
import { type SendContext, type SendOutcome, validTraceparent } from '@messaging-system/core/adapter';

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
  /** Null sends no header. */
  traceparent(message: Message, context: SendContext): string | null;
  classify(status: number, headers: IncomingHttpHeaders): SendOutcome;
  retryAfterMs(value: string | undefined): number | undefined;
  readBody(response: IncomingMessage): Promise<Buffer>;
  /** The outcome of a classified answer once its body was read. */
  withBody(answer: SendOutcome, body: Buffer): SendOutcome;
  /** The outcome of a classified answer whose body broke off. */
  withBrokenBody(answer: SendOutcome): SendOutcome;
  fault(phase: Phase, error: NodeJS.ErrnoException): SendOutcome;
  /** Calls `end` when the time is up and what has arrived by then is read. */
  whenTimeIsUp(end: () => void): void;
  /** `null` goes on waiting. */
  timeout(answer: SendOutcome | undefined): SendOutcome | null;
}

const MAX_BODY_BYTES = 64 * 1024;

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
  traceparent: (message, context) =>
    validTraceparent(context.traceparent) ?? validTraceparent(message.traceparent),
  classify(status, headers) {
    const reason = `http_${status}`;
    if (status >= 200 && status < 300) return { kind: 'accepted' };
    if (status === 410) return { kind: 'permanent', reason, endpoint: 'gone' };
    if ([401, 403, 404].includes(status) || (status >= 300 && status < 400))
      return { kind: 'permanent', reason, endpoint: 'refusing' };
    if ([408, 425].includes(status)) return { kind: 'retryable', reason };
    if ([429, 503].includes(status)) {
      const retryAfterMs = this.retryAfterMs(headers['retry-after']);
      return {
        kind: 'retryable',
        reason,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs, busy: true }),
      };
    }
    if ([502, 504, 520, 524, 598].includes(status) || status < 200) return { kind: 'ambiguous', reason };
    return status < 500 ? { kind: 'permanent', reason } : { kind: 'retryable', reason };
  },
  retryAfterMs(value) {
    if (value === undefined) return undefined;
    if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, 86_400_000);
    const at = /^[A-Z][a-z]{2}, \d{2} /.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
  },
  async readBody(response) {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BODY_BYTES) break;
    }
    return Buffer.concat(chunks);
  },
  withBody: (answer, body) =>
    withMessageId(answer, (parsed) => (typeof parsed === 'string' ? parsed : undefined), body),
  withBrokenBody: (answer) => answer,
  fault: (phase, error) =>
    phase === 'connecting'
      ? { kind: 'retryable', reason: 'connection_refused' }
      : { kind: 'ambiguous', reason: error.code === 'ECONNRESET' ? 'connection_reset' : 'broken_answer' },
  whenTimeIsUp: (end) => void setImmediate(() => setImmediate(end)),
  timeout: (answer) => answer ?? { kind: 'ambiguous', reason: 'timeout' },
};

/** Adds what `read` makes of the `messageId` of a JSON body to an accepted answer. */
export function withMessageId(
  answer: SendOutcome,
  read: (messageId: unknown) => string | undefined,
  body: Buffer,
): SendOutcome {
  if (answer.kind !== 'accepted') return answer;
  try {
    const webhookMessageId = read(JSON.parse(body.toString('utf8'))?.messageId);
    return webhookMessageId === undefined ? answer : { ...answer, webhookMessageId };
  } catch {
    return answer;
  }
}

function sign(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
