import type { IncomingMessage } from 'node:http';
import { ReceiverError } from './receiver-error.ts';

export type RawBody = Uint8Array | 'too_large';

/** The body of a web-standard request that nobody has read. @throws ReceiverError `raw_body_missing` */
export async function rawBodyOfRequest(request: Request, maxBytes: number): Promise<RawBody> {
  if (request.bodyUsed) {
    throw new ReceiverError(
      'raw_body_missing',
      'the body was read before the receiver, which needs it as it was signed: put the receiver before whatever calls json() or text()',
    );
  }
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return 'too_large';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return 'too_large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** The body of a Node request that nobody has read. Rejects when the connection ends within it. */
export async function rawBodyOfMessage(message: IncomingMessage, maxBytes: number): Promise<RawBody> {
  if (message.readableDidRead || message.readableEnded) {
    throw new ReceiverError(
      'raw_body_missing',
      'the body was read before the receiver, which needs it as it was signed: put the receiver before whatever reads it',
    );
  }
  if (message.destroyed) throw connectionEnded();
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      // The rest is read and thrown away, so that the sender gets to see the answer.
      chunks.length = 0;
      resolve('too_large');
    });
    message.on('end', () => resolve(Buffer.concat(chunks)));
    message.on('error', reject);
    message.on('close', () => reject(connectionEnded()));
  });
}

function connectionEnded(): Error {
  return new Error('the connection ended within the body');
}
