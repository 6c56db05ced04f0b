/** The measured process's figures after a full garbage collection. Sizes in bytes. */
export interface ProcessSample {
  readonly heapUsed: number;
  /** Memory of buffers and of native objects that the heap holds. */
  readonly external: number;
  /** Timers, sockets, requests: what `process.getActiveResourcesInfo` lists. */
  readonly handles: number;
}

/** One moment of a run. */
export interface Sample extends ProcessSample {
  /** Since the beginning of the run. */
  readonly atMs: number;
  readonly rss: number;
  readonly openFiles: number;
  readonly openSockets: number;
  /** Of the claims since the sample before; NaN when there was none. */
  /** The fastest of this sample and those of the minute before. */
  readonly claimFastestMs: number;
  readonly claimMedianMs: number;
  readonly claimSlowMs: number;
  /** The machine's, of the last minute: how many processes wanted a processor. */
  readonly load: number;
  /** Messages in the store, and of these those that are not sent yet. */
  readonly stored: number;
  readonly unsent: number;
}
