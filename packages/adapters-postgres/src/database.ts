/** A row by the names of its columns. Values are whatever the driver makes of them: see `row.ts`. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Runs one statement with `$1`-style parameters. A `Client` of `pg` fits, and so does a function around any other driver. */
export interface SqlConnection {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly SqlRow[] }>;
}

/** All that this package asks of a driver: `pg` has one implementation, PGlite another. */
export interface SqlDatabase extends SqlConnection {
  /**
   * Runs the work between `begin` and a commit, on one connection. An error of the work rolls back and is thrown
   * again. A commit that the server turned into a rollback throws.
   */
  transaction<Result>(begin: string, work: (connection: SqlConnection) => Promise<Result>): Promise<Result>;

  /**
   * Runs statements that take no parameters and may take long: migrations, builds of indexes, VACUUM. Outside of a
   * transaction unless the text begins one. Resolves with what the server told meanwhile.
   */
  run(statements: string): Promise<readonly string[]>;

  /**
   * Hears the notifications of a channel, on a connection of its own, until the returned function is called or
   * `onLost` has been. Throws when it cannot be opened. It keeps no process alive.
   */
  listen(
    channel: string,
    onPayload: (payload: string) => void,
    onLost: () => void,
  ): Promise<() => Promise<void>>;

  /** Ends what this object has opened itself. */
  close(): Promise<void>;
}
