import { ApiError } from '../errors/api-error.ts';

/**
 * The body, counted as it arrives: what a `content-length` claims, or that there is none, makes no difference.
 * @throws ApiError `body_too_large`, `incomplete_body` when the client went away.
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge(maxBytes);
  for await (const chunk of readable(request)) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function* readable(request: Request): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read().catch(incomplete)) ?? { done: true, value: undefined };
    if (done || value === undefined) return;
    yield value;
  }
}

function incomplete(): never {
  throw new ApiError('incomplete_body');
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError('body_too_large', { text: `the body is larger than ${maxBytes} bytes` });
}
