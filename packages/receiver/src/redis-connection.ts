/** The needed part of a client; a `Redis` and a `Cluster` of ioredis fit. */
export interface RedisClient {
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  /** If there is one, faults say why there is no connection. */
  on?(event: string, listener: (told: unknown) => void): unknown;
  readonly status?: string;
}

interface Watch {
  /** Why there is no connection; null while there is one, and before any event. */
  reason: string | null;
  /** Whether the present attempt to connect has told its reason. */
  isTold: boolean;
}

// However many stores share a client, it has one set of listeners.
const watches = new WeakMap<RedisClient, Watch>();

/** Listens to the client's attempts to connect: a command that finds no connection fails with a text that names no cause. */
export function watchConnection(redis: RedisClient): void {
  if (watches.has(redis)) return;
  const watch: Watch = { reason: null, isTold: false };
  watches.set(redis, watch);
  const note = (error: unknown): void => {
    const reason = reasonOf(error);
    if (reason === null) return;
    watch.reason = reason;
    watch.isTold = true;
  };
  redis.on?.('connecting', () => {
    watch.isTold = false;
  });
  redis.on?.('error', note);
  redis.on?.('node error', note);
  redis.on?.('+node', (node) => {
    // The request for the slots keeps to itself why a node of a cluster cannot be reached.
    if (redis.status === 'connecting' && canConnect(node)) node.connect().catch(() => undefined);
  });
  redis.on?.('ready', () => {
    watch.reason = null;
    watch.isTold = true;
  });
  redis.on?.('close', () => {
    if (!watch.isTold) watch.reason = 'CLOSED_BEFORE_READY';
  });
}

/** One word, such as ECONNREFUSED or WRONGPASS; null while there is a connection, and when no reason is known. */
export function connectionReason(redis: RedisClient): string | null {
  return watches.get(redis)?.reason ?? null;
}

/**
 * The reason of a failure. Only the first word or the code of the driver's error is repeated: the rest has the command, its values and
 * credentials.
 */
export function whatFailed(error: unknown, redis: RedisClient): string {
  const own = reasonOf(error);
  // A client that is not let in has no connection, whichever command got the error.
  if (isReply(error) && own !== 'WRONGPASS' && own !== 'NOAUTH') return `refused a command: ${own}`;
  return `can not be used: ${own ?? connectionReason(redis) ?? 'no connection'}`;
}

/** The first word of an error reply, or the code of the system or of TLS; null for an error that names no cause. */
function reasonOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (isReply(error)) return /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR';
  // The other end spoke another protocol, such as HTTP: ioredis marks such errors by these words alone.
  if (error.message.endsWith('Please report this.')) return 'NOT_REDIS';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'lastNodeError' in error && error.lastNodeError !== error ? reasonOf(error.lastNodeError) : null;
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

function canConnect(node: unknown): node is { connect(): Promise<void> } {
  return typeof node === 'object' && node !== null && 'connect' in node && typeof node.connect === 'function';
}
