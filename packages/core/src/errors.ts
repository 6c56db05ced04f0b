/**
 * Codes of the faults that this package's ports and use cases throw. They are stable across major
 * versions; texts are not. Each has a heading in `docs/errors.md`.
 */
export type FaultCode =
  | 'store_unavailable'
  | 'store_rejected'
  | 'sent_cache_unavailable'
  | 'broken_adapter'
  | 'invalid_options'
  | 'unsupported_runtime';

/** A fault with a stable `code`. Expected outcomes are returned, never thrown. */
export class MessagingError extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/**
 * The store could not be reached or did not answer. Whether the operation took effect is not known:
 * every operation of `MessageRepository` says what repeating it does.
 */
export class StoreUnavailableError extends MessagingError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('store_unavailable', message, options);
  }
}

/** The store answered and refused the operation (wrong credentials, disk full, a broken schema). Nothing was changed. */
export class StoreRejectedError extends MessagingError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('store_rejected', message, options);
  }
}

/** The sent cache could not be reached or did not answer. Delivery goes on without it. */
export class SentCacheUnavailableError extends MessagingError {
  /** One word for why, such as `WRONGPASS` or `ECONNREFUSED`, without an address or a secret; null where the adapter gives none. */
  readonly reason: string | null;

  constructor(message: string, options?: { readonly cause?: unknown; readonly reason?: string }) {
    super('sent_cache_unavailable', message, options);
    this.reason = options?.reason ?? null;
  }
}

/**
 * A repository or a sent cache has a bug: it answered something else than its port promises, or threw what no adapter should throw (the `cause`).
 * Whether the operation took effect is not known.
 */
export class BrokenAdapterError extends MessagingError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('broken_adapter', message, options);
  }
}

/** Options that contradict each other or are out of range. `problems` names every one of them. */
export class InvalidOptionsError extends MessagingError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('invalid_options', problems.join('; '));
    this.problems = problems;
  }
}

/** The runtime is too old. `missing` names the functions that it lacks. */
export class UnsupportedRuntimeError extends MessagingError {
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super(
      'unsupported_runtime',
      `this runtime lacks ${missing.join(', ')}; use Node.js 24.15 or later, or another runtime of that age`,
    );
    this.missing = missing;
  }
}
