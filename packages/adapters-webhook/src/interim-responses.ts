import type { Socket } from 'node:net';

// Status lines of 100 and 102 to 199. After a 101 the connection speaks another protocol, so nothing that follows is a response.
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d(?!\d)/;
const STATUS_LINE_BYTES = 12;
// Where the first digit of the status stands. This look costs next to nothing, for every response.
const STATUS_AT = 9;
const ONE = 0x31;
const END_OF_HEAD = '\r\n\r\n';
// undici's own limit of what it takes for a head.
const LONGEST_HEAD = 16_384;

/**
 * Removes interim responses (1xx) from what is read of a connection. undici treats an unasked `100 Continue` as a fault and closes the connection, though
 * a client has to accept it at any time (RFC 9110 §15.2): the receiver goes on and accepts the message, and the attempt would be ambiguous.
 * Looks only at what comes first after a request was written, so that a body is never touched. The connection must not pipeline.
 */
export function removeInterimResponses(socket: Socket): void {
  const write = socket.write;
  const push = socket.push;
  let isHead = true;
  let held: Buffer | null = null;

  const headOf = (chunk: Buffer): Buffer | null => {
    if (held === null && chunk.length > STATUS_AT && chunk[STATUS_AT] !== ONE) {
      isHead = false;
      return chunk;
    }
    let rest = held === null ? chunk : Buffer.concat([held, chunk]);
    held = null;
    for (;;) {
      const start = rest.toString('latin1', 0, STATUS_LINE_BYTES + 1);
      const mayBeInterim = start.length <= STATUS_LINE_BYTES ? isBegun(start) : INTERIM.test(start);
      const end = mayBeInterim ? rest.indexOf(END_OF_HEAD) : -1;
      if (!mayBeInterim || (end === -1 && rest.length > LONGEST_HEAD)) {
        isHead = false;
        return rest;
      }
      if (end === -1) {
        held = rest;
        return null;
      }
      rest = rest.subarray(end + END_OF_HEAD.length);
      if (rest.length === 0) return null;
    }
  };

  socket.write = (chunk: Uint8Array | string, encoding?: unknown, written?: unknown): boolean => {
    isHead = true;
    // The same arguments in any of the forms of `write`, which one signature can't name.
    return (write as (...args: unknown[]) => boolean).call(socket, chunk, encoding, written);
  };
  // The runtime hands over each read here, null at the end: once for a response, where `read` is called several times.
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (!isHead || !Buffer.isBuffer(chunk)) return push.call(socket, chunk, encoding);
    const head = headOf(chunk);
    // True: more may be read.
    return head === null || push.call(socket, head, encoding);
  };
}

/** Whether text that is shorter than a status line may become one of an interim response. */
function isBegun(start: string): boolean {
  return INTERIM.test(start + 'HTTP/1.1 100'.slice(start.length)) || /^HTTP\/1\.0/.test(start);
}
