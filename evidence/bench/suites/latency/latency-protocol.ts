export type LatencyCommand =
  | {
      readonly kind: 'open';
      readonly receiverUrl: string;
      readonly directory: string;
      readonly runId: string;
      readonly wakesUp: boolean;
      readonly intervalMs: number;
    }
  /** Enqueues as fast as it can. Answers with messages a second, each delivered. */
  | { readonly kind: 'flood'; readonly messages: number }
  /** Enqueues at a rate, at times as random as those of independent callers. Answers with how many, each delivered. */
  | { readonly kind: 'load'; readonly perSecond: number; readonly seconds: number }
  | { readonly kind: 'end' };
