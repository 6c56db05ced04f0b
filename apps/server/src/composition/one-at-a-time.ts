import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type RequestListener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** More than any client pipelines that means well. */
const MOST_WAITING = 100;

/**
 * Answers the requests of one connection one after the other, each when the answer before it was taken. node:http begins all that one packet
 * holds, over a thousand, and keeps their answers until they are read. A connection that has too many waiting is closed.
 */
export function oneAtATime(listener: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, (() => void)[]>();
  return (incoming, outgoing) => {
    const { socket } = incoming;
    const next = (): void => {
      const following = waiting.get(socket)?.shift();
      if (following === undefined) waiting.delete(socket);
      else if (!socket.destroyed) following();
    };
    const begin = (): void => {
      outgoing.once('close', next);
      listener(incoming, outgoing);
    };
    const queue = waiting.get(socket);
    if (queue === undefined) {
      waiting.set(socket, []);
      begin();
    } else if (queue.length < MOST_WAITING) {
      queue.push(begin);
    } else {
      socket.destroy();
    }
  };
}
