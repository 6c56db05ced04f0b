/** What makes commits durable. */
export interface Durability {
  /** Whether what is committed from now on would be in the file that others find. @throws StoreUnavailableError when it would not */
  check(): void;
  /** Resolves when all that was committed before the call survives a loss of power. @throws StoreUnavailableError when that is not known */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** For a database in memory, which survives nothing. */
export const NO_DURABILITY: Durability = {
  check: () => undefined,
  sync: async () => undefined,
  close: async () => undefined,
};
