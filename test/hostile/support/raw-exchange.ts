import { connect, type Socket } from 'node:net';

export interface RawExchange {
  /** Everything that came back, one character a byte. */
  readonly text: string;
  /** Of the first answer; null when there was none. */
  readonly status: number | null;
  /** How long until the other side closed; null when it did not in time. */
  readonly closedAfterMs: number | null;
}

export interface RawOptions {
  /** How the bytes are sent; all of them at once unless given. */
  readonly send?: (socket: Socket, bytes: Buffer) => void | Promise<void>;
  readonly withinMs?: number;
}

/** Sends bytes as they are and reads until the other side closes, or the time is over. Never rejects for what a socket does. */
export function rawExchange(
  url: string,
  bytes: string | Buffer,
  options: RawOptions = {},
): Promise<RawExchange> {
  const { send = (socket, all) => void socket.write(all), withinMs = 30_000 } = options;
  const { promise, resolve } = Promise.withResolvers<RawExchange>();
  const startedAt = performance.now();
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('latin1');
  socket.setMaxListeners(0);
  let text = '';
  const end = (closedAfterMs: number | null): void => {
    clearTimeout(late);
    socket.destroy();
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
    resolve({ text, status: status === undefined ? null : Number(status), closedAfterMs });
  };
  const late = setTimeout(() => end(null), withinMs);
  // A reset is an end like another.
  socket.on('error', () => undefined);
  socket.on('data', (more: string) => {
    text += more;
  });
  socket.on('close', () => end(performance.now() - startedAt));
  socket.on(
    'connect',
    () => void send(socket, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
  );
  return promise;
}
