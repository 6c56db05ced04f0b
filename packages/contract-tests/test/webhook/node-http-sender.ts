import { Agent, request } from 'node:http';
import type { Message } from '@messaging-system/core';
import type { SendContext, SendOutcome, WebhookSender } from '@messaging-system/core/adapter';
import { type Phase, REFERENCE_PARTS, type SenderConfig, type SenderParts } from './sender-parts.ts';

/** The smallest sender that keeps every promise: what the doubles are broken from. */
export class NodeHttpSender implements WebhookSender {
  readonly timeoutMs: number;
  readonly #config: SenderConfig;
  readonly #parts: SenderParts;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(config: SenderConfig, parts: Partial<SenderParts> = {}) {
    this.timeoutMs = config.timeoutMs;
    this.#config = config;
    this.#parts = { ...REFERENCE_PARTS, ...parts };
  }

  send(message: Message, context: SendContext): Promise<SendOutcome> {
    const { attempt, signal } = context;
    if (signal.aborted) return Promise.resolve({ kind: 'retryable', reason: 'aborted' });
    const parts = this.#parts;
    const body = parts.body(message);
    const traceparent = parts.traceparent(message, context);
    const call = request(this.#config.url, {
      method: 'POST',
      agent: this.#agent,
      headers: {
        ...parts.headers(message, attempt, body, this.#config),
        ...(traceparent === null ? {} : { traceparent }),
      },
    });
    return new Promise((resolve) => {
      let phase: Phase = 'connecting';
      let answer: SendOutcome | undefined;
      const finish = (outcome: SendOutcome): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        call.destroy();
        resolve(outcome);
      };
      const onAbort = (): void => finish(answer ?? { kind: 'ambiguous', reason: 'aborted' });
      const giveUp = (): void => {
        const outcome = parts.timeout(answer);
        if (outcome !== null) finish(outcome);
      };
      const timer = setTimeout(() => parts.whenTimeIsUp(giveUp), this.#config.timeoutMs);
      signal.addEventListener('abort', onAbort);
      call.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', () => (phase = 'connected'));
        else phase = 'connected';
      });
      call.on('error', (error) => {
        finish(answer === undefined ? parts.fault(phase, error) : parts.withBrokenBody(answer));
      });
      call.on('upgrade', () => finish({ kind: 'ambiguous', reason: 'http_101' }));
      call.on('response', (response) => {
        answer = parts.classify(response.statusCode ?? 0, response.headers);
        const decided = answer;
        parts.readBody(response).then(
          (body) => finish(parts.withBody(decided, body)),
          () => finish(parts.withBrokenBody(decided)),
        );
      });
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
