import type { Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

export const OP_MSG = 2013;

const HEADER = 16;

/** A message of the wire protocol. */
export interface Frame {
  readonly id: number;
  readonly opCode: number;
  readonly bytes: Buffer;
}

/** The messages that arrive on a socket, one by one, until it closes. */
export async function* framesOf(socket: Socket): AsyncGenerator<Frame, void> {
  let pending = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= HEADER && pending.length >= pending.readInt32LE(0)) {
        const bytes = pending.subarray(0, pending.readInt32LE(0));
        pending = pending.subarray(bytes.length);
        yield { id: bytes.readInt32LE(4), opCode: bytes.readInt32LE(12), bytes };
      }
    }
  } catch (error) {
    // The end of a connection that was cut is an end like any other.
    if (!socket.destroyed) throw error;
  }
}

/** The document of a message, with the documents of its sequences under their names. */
export function readCommand({ bytes }: Frame): Document {
  let command: Document = {};
  let at = HEADER + 4;
  while (at < bytes.length) {
    const kind = bytes.readUInt8(at);
    const size = bytes.readInt32LE(at + 1);
    const section = bytes.subarray(at + 1, at + 1 + size);
    if (kind === 0) command = { ...command, ...read(section) };
    else {
      const nameEnd = section.indexOf(0, 4);
      command[section.toString('utf8', 4, nameEnd)] = [...documentsIn(section.subarray(nameEnd + 1))];
    }
    at += 1 + size;
  }
  return command;
}

function* documentsIn(sequence: Buffer): Generator<Document> {
  for (let at = 0; at < sequence.length; at += sequence.readInt32LE(at)) {
    yield read(sequence.subarray(at, at + sequence.readInt32LE(at)));
  }
}

/** Long numbers stay what they are: a cursor's id has to come back as it was. */
function read(bytes: Buffer): Document {
  return BSON.deserialize(bytes, { promoteLongs: false });
}

export function writeReply(request: Frame, reply: Document): Frame {
  return frame(0, request.id, BSON.serialize(reply));
}

export function frame(id: number, responseTo: number, body: Uint8Array): Frame {
  const head = Buffer.alloc(HEADER + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(id, 4);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(OP_MSG, 12);
  return { id, opCode: OP_MSG, bytes: Buffer.concat([head, body]) };
}
