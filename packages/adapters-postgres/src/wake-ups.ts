import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { storeFault } from './errors.ts';
import type { Session } from './session.ts';

/**
 * NOTIFY takes a lock over the whole server at commit. So this instance notifies at most once in so many ms, in a
 * transaction of its own.
 */
const NOTIFY_EVERY_MS = 50;

const FIRST_PAUSE_MS = 250;
/** A server that is gone comes back; one that tells nothing is set up so. */
const LONGEST_PAUSE_MS = 5_000;
const DEAF_PAUSE_MS = 30_000;

/** How long a notification of our own is waited for before the connection counts as deaf. */
const ECHO_WAIT_MS = 2_000;

const POLLING = 'messages that other processes store are found by polling alone';
const DEAF = `notifications of PostgreSQL do not arrive, as behind PgBouncer in transaction mode: ${POLLING}. Give listenUri, a URI that leads to the server itself`;

/** How a connection that listens ended. */
type End =
  | { readonly kind: 'lost' }
  | { readonly kind: 'deaf' }
  | { readonly kind: 'unreachable'; readonly why: string };

/**
 * Tells watchers that messages may have become due: at once for what this instance does, and by NOTIFY for what
 * others do. Where no connection can listen, polling finds what it would have told.
 */
export class WakeUps {
  readonly #session: Session;
  readonly #channel: string;
  readonly #onWarning: ((text: string) => void) | undefined;
  readonly #watchers = new Set<{ readonly onDue: () => void }>();
  readonly #self = randomBytes(8).toString('hex');
  #listening: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();
  #notifiedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #hasWarned = false;

  constructor(session: Session, onWarning: ((text: string) => void) | undefined) {
    this.#session = session;
    this.#channel = `${session.schema}_due`;
    this.#onWarning = onWarning;
  }

  watch(onDue: () => void): () => Promise<void> {
    const watcher = { onDue };
    this.#watchers.add(watcher);
    if (this.#listening === null) {
      this.#listening = new AbortController();
      this.#ended = this.#listen(this.#listening.signal);
    }
    return async () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) await this.stop();
    };
  }

  /** This instance has made so many messages due. */
  arrived(count: number): void {
    if (count === 0) return;
    this.#wake();
    if (this.#timer !== null) return;
    const waitMs = Math.max(this.#notifiedAt + NOTIFY_EVERY_MS - performance.now(), 0);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#notifiedAt = performance.now();
      // A wake-up may be missed; who stored a message must not learn of it.
      this.#notify(this.#self).catch(() => undefined);
    }, waitMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#listening?.abort();
    this.#listening = null;
    await this.#ended;
  }

  async #notify(payload: string): Promise<void> {
    await this.#session.read('SELECT pg_notify($1, $2)', this.#channel, payload);
  }

  #wake(): void {
    // Not from inside the write: a watcher's error is not a fault of the store.
    for (const watcher of this.#watchers) {
      queueMicrotask(() => {
        if (this.#watchers.has(watcher)) watcher.onDue();
      });
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    let last: End['kind'] = 'lost';
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      // Changes before it listened are found by looking once.
      const end = await this.#follow(signal, () => this.#wake());
      const problem = signal.aborted ? null : await this.#problemOf(end);
      // Just after a restart the store may answer a moment after the listener was refused.
      if (problem !== null && (end.kind === 'deaf' || last === 'unreachable')) this.#warn(problem);
      last = end.kind;
      if (end.kind === 'lost') pauseMs = FIRST_PAUSE_MS;
      const waitMs = end.kind === 'deaf' ? DEAF_PAUSE_MS : pauseMs;
      await sleep(waitMs, undefined, { ref: false, signal }).catch(() => undefined);
      if (!signal.aborted) this.#wake();
    }
  }

  /** Null where a notification of this instance comes back to it, else what is wrong and what to do. */
  async problem(): Promise<string | null> {
    const stop = new AbortController();
    // Nothing that listens keeps a process alive; whoever asks waits for the answer.
    const alive = setInterval(() => undefined, ECHO_WAIT_MS);
    try {
      const end = await this.#follow(stop.signal, () => stop.abort());
      return await this.#problemOf(end);
    } finally {
      clearInterval(alive);
    }
  }

  /** A lost connection is opened again. One that cannot be opened is a problem only while the store itself answers. */
  async #problemOf(end: End): Promise<string | null> {
    if (end.kind === 'deaf') return DEAF;
    if (end.kind !== 'unreachable') return null;
    const isThere = await this.#session.read('SELECT 1').then(
      () => true,
      () => false,
    );
    return isThere ? `the connection that listens cannot be opened (${end.why}): ${POLLING}` : null;
  }

  /** Follows one connection to its end. */
  async #follow(signal: AbortSignal, onHeard: () => void): Promise<End> {
    const over = Promise.withResolvers<'over'>();
    const heard = Promise.withResolvers<'heard'>();
    const stop = (): void => over.resolve('over');
    signal.addEventListener('abort', stop);
    const onPayload = (payload: string): void => {
      heard.resolve('heard');
      if (!payload.startsWith(this.#self)) this.#wake();
    };
    try {
      const end = await this.#session.database.listen(this.#channel, onPayload, stop);
      try {
        // Some poolers take LISTEN and never pass anything on: only an echo shows that they do.
        await this.#notify(`${this.#self} echo`);
        const late = sleep(ECHO_WAIT_MS, 'late' as const, { ref: false, signal });
        const first = await Promise.race([heard.promise, over.promise, late]);
        if (first === 'heard') {
          onHeard();
          await over.promise;
        }
        return first === 'late' ? { kind: 'deaf' } : { kind: 'lost' };
      } finally {
        await end();
      }
    } catch (error) {
      // It cannot be reached, or not now, or the watch has ended: it is tried again while somebody watches.
      const fault = storeFault('listen', error);
      return { kind: 'unreachable', why: fault instanceof Error ? fault.message : String(fault) };
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #warn(problem: string): void {
    if (!this.#hasWarned) this.#onWarning?.(problem);
    this.#hasWarned = true;
  }
}
