/** The one source of chance. */
export interface Random {
  /** In [0, 1), uniform. */
  next(): number;
  /** At least 128 unguessable bits as text, never the same twice in any process: a lease token fences by it. */
  token(): string;
}
