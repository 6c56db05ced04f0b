import type { SendOutcome, StopSignal } from '@messaging-system/core/adapter';
import type { Dispatcher } from 'undici';
import { afterReading } from './after-reading.ts';
import type { Answer, AnswerHeaders } from './classify-answer.ts';
import type { Deadline } from './deadline-queue.ts';
import { proxyRefusal, reasonAfterWriting, reasonBeforeWriting } from './fault-reason.ts';

/** How an exchange ended: with a status line, or without one. */
export type ExchangeEnd =
  | { readonly kind: 'unsent'; readonly outcome: SendOutcome }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | {
      readonly kind: 'fault';
      readonly written: boolean;
      readonly reason: string;
      /** An error of the embedding app's code. */
      readonly error?: unknown;
    };

export interface ExchangeOwner {
  readonly maxAnswerBytes: number;
  /** Whether the body of a response with the status is read. */
  readonly keepsBody: (status: number) => boolean;
  /** It is about to be written. The last moment to cut it off unsent. */
  starting(exchange: Exchange): void;
  /** A status line was read; its body may still be coming. */
  answered(exchange: Exchange, status: number): void;
  /** Called exactly once. */
  ended(exchange: Exchange, end: ExchangeEnd): void;
}

const NO_SECRETS: readonly string[] = [];

/**
 * One request and its answer, as undici's handler of it. It knows how far the request got, which decides what a fault means:
 * undici calls `onRequestStart` immediately before it writes, so what fails earlier was certainly not sent, and what fails later may
 * have been.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Aborts it. */
  readonly signal: StopSignal;
  readonly resolve: (outcome: SendOutcome) => void;
  /** Of the whole send. */
  deadline: Deadline<Exchange> | null = null;
  /** Of the body, where its status line has settled what the answer means. */
  bodyDeadline: Deadline<Exchange> | null = null;
  /** The step that takes too long if nothing is written before the time is up. */
  waitsFor = 'hook_timeout';
  /** Makes the request once more, with another token; null where that may not be. */
  again: (() => void) | null = null;
  /** Texts of the request that must not be kept. */
  secrets: readonly string[] = NO_SECRETS;
  readonly #owner: ExchangeOwner;
  #progress: 'waiting' | 'written' | 'answered' | 'ended' = 'waiting';
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #headers: AnswerHeaders = {};
  #isWhole = false;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(owner: ExchangeOwner, signal: StopSignal, resolve: (outcome: SendOutcome) => void) {
    this.#owner = owner;
    this.signal = signal;
    this.resolve = resolve;
  }

  get hasEnded(): boolean {
    return this.#progress === 'ended';
  }

  /** Ends it now: with the answer if there is a status line, else as a fault for the reason that fits how far it got. */
  cutOff(reasonIfWaiting: string, reasonIfWritten: string): void {
    if (this.#progress === 'ended') return;
    const controller = this.#controller;
    this.#endWith(this.#progress === 'waiting' ? reasonIfWaiting : reasonIfWritten);
    controller?.abort(new Error('cut off'));
  }

  /** Ends it now because code of the embedding app threw before the request was made. */
  fail(reason: string, error: unknown): void {
    if (this.#progress === 'waiting') this.#endWith(reason, error);
    else this.cutOff(reason, reason);
  }

  /** Ends it now, before the request was made. */
  refuse(outcome: SendOutcome): void {
    if (this.#progress !== 'waiting') return;
    this.#progress = 'ended';
    this.#owner.ended(this, { kind: 'unsent', outcome });
  }

  /** Makes it ready for another request of the same send. Only after the whole response to the one before was read. */
  restart(): void {
    this.#progress = 'waiting';
    this.#controller = null;
    this.#isWhole = false;
    this.#chunks = [];
    this.#bytes = 0;
  }

  /** Ends it soon: at once if nothing was written, else when what has arrived is read. */
  abort(): void {
    if (this.#progress === 'waiting') this.cutOff('aborted', 'aborted');
    else afterReading(() => this.cutOff('aborted', 'aborted'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#progress === 'waiting') this.#owner.starting(this);
    // Thrown here, undici drops the request unwritten and keeps the connection. A second start would make a copy.
    if (this.#progress !== 'waiting') throw new Error('not to be written');
    this.#progress = 'written';
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    // 1xx: the final one comes later.
    if (status < 200 || this.#progress !== 'written') return;
    this.#progress = 'answered';
    this.#status = status;
    this.#headers = headers;
    this.#owner.answered(this, status);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#progress !== 'answered') return;
    const left = this.#owner.maxAnswerBytes - this.#bytes;
    this.#bytes += chunk.length;
    if (this.#owner.keepsBody(this.#status)) this.#chunks.push(chunk.subarray(0, left));
    if (chunk.length > left) this.cutOff('aborted', 'aborted');
  }

  onResponseEnd(): void {
    this.#isWhole = true;
    this.#endWith('');
  }

  onResponseError(controller: Dispatcher.DispatchController | null, error: Error): void {
    const refusal = this.#progress === 'written' ? proxyRefusal(error) : null;
    if (refusal !== null) {
      // Written to the proxy, which passed nothing on.
      this.#progress = 'waiting';
      this.#endWith(refusal);
      // Nobody reads the body of its response.
      controller?.abort(error);
      return;
    }
    this.#endWith(this.#progress === 'waiting' ? reasonBeforeWriting(error) : reasonAfterWriting(error));
  }

  #endWith(reason: string, error?: unknown): void {
    const progress = this.#progress;
    if (progress === 'ended') return;
    this.#progress = 'ended';
    this.#owner.ended(
      this,
      progress === 'answered'
        ? { kind: 'answer', answer: this.#answer() }
        : { kind: 'fault', written: progress === 'written', reason, error },
    );
  }

  #answer(): Answer {
    const [first] = this.#chunks;
    const body = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    return {
      status: this.#status,
      headers: this.#headers,
      body,
      isWhole: this.#isWhole,
    };
  }
}
