import type { SentRequest } from '../model/model-message.ts';

interface Remembering {
  readonly at: number;
  isDone: boolean;
}

/** What one run of a process has begun and not finished. */
export interface UnfinishedSends {
  /** Requests whose outcome it has not heard. */
  readonly underWay: Set<SentRequest>;
  /** Requests that it heard were accepted and whose settle has not reached the store. */
  readonly unstored: Set<SentRequest>;
  /** Requests whose outcome it heard and has not stored, and when it last asked the store to take it. */
  readonly unreported: Map<SentRequest, number>;
  readonly remembering: Map<string, Remembering>;
  /** When sends began, the last second. */
  readonly begunAt: number[];
}

export function noUnfinishedSends(): UnfinishedSends {
  return {
    underWay: new Set(),
    unstored: new Set(),
    unreported: new Map(),
    remembering: new Map(),
    begunAt: [],
  };
}
