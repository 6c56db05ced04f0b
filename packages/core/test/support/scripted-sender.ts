import type { SendContext, SendOutcome, WebhookSender } from '../../src/adapter.ts';
import type { Message } from '../../src/index.ts';

export interface SendCall {
  readonly id: string;
  readonly content: string;
  readonly message: Message;
  readonly at: number;
  readonly context: SendContext;
}

export type Answer = SendOutcome | ((call: SendCall) => SendOutcome | Promise<SendOutcome>);

export const ACCEPTED: SendOutcome = { kind: 'accepted', webhookMessageId: 'hook-1' };
export const HTTP_500: SendOutcome = { kind: 'retryable', reason: 'http_500' };
export const HTTP_400: SendOutcome = { kind: 'permanent', reason: 'http_400' };
export const TIMEOUT: SendOutcome = { kind: 'ambiguous', reason: 'timeout' };

/** Gives the set answers at once, and keeps its calls. */
export class ScriptedSender implements WebhookSender {
  readonly calls: SendCall[] = [];
  readonly timeoutMs: number;
  readonly #now: () => number;
  readonly #next: Answer[] = [];
  #always: Answer = ACCEPTED;

  constructor(now: () => number, timeoutMs: number) {
    this.timeoutMs = timeoutMs;
    this.#now = now;
  }

  /** The answer when nothing else is queued. */
  always(answer: Answer): this {
    this.#always = answer;
    return this;
  }

  /** The answers to the next calls. */
  next(...answers: readonly Answer[]): this {
    this.#next.push(...answers);
    return this;
  }

  get contents(): readonly string[] {
    return this.calls.map((call) => call.content);
  }

  async send(message: Message, context: SendContext): Promise<SendOutcome> {
    const call = { id: message.id, content: message.content, message, at: this.#now(), context };
    this.calls.push(call);
    const answer = this.#next.shift() ?? this.#always;
    return typeof answer === 'function' ? answer(call) : answer;
  }
}

/** A call that is under way until the test answers it. */
export class OpenCalls {
  readonly #open: { readonly call: SendCall; readonly resolve: (outcome: SendOutcome) => void }[] = [];

  /** Give this to the sender. */
  readonly answer = (call: SendCall): Promise<SendOutcome> => {
    const { promise, resolve } = Promise.withResolvers<SendOutcome>();
    this.#open.push({ call, resolve });
    return promise;
  };

  get size(): number {
    return this.#open.length;
  }

  /** Answers the one that has been open longest. */
  finish(outcome: SendOutcome = ACCEPTED): void {
    const first = this.#open.shift();
    if (first === undefined) throw new Error('no call is open');
    first.resolve(outcome);
  }

  finishAll(outcome: SendOutcome = ACCEPTED): void {
    while (this.#open.length > 0) this.finish(outcome);
  }
}

/** Aborts as a real one does: what was under way ends as ambiguous. */
export function untilAborted(call: SendCall): Promise<SendOutcome> {
  return new Promise((resolve) => {
    call.context.signal.addEventListener('abort', () => resolve({ kind: 'ambiguous', reason: 'aborted' }));
  });
}

/** Breaks its contract: never answers, whatever the signal says. */
export function never(): Promise<SendOutcome> {
  return new Promise(() => {});
}
