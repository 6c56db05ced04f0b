import { describe, expect, test } from 'vitest';
import { createWorld, PHONE, type World } from './support/world.ts';

const TEXT = JSON.stringify({ phoneNumber: PHONE, content: 'Hello' });

function send(world: World, body: RequestInit['body'], contentType: string | null = 'application/json') {
  const headers: Record<string, string> = contentType === null ? {} : { 'content-type': contentType };
  return world.call('/messages', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
}

function inChunks(...chunks: readonly (string | Error)[]): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(new TextEncoder().encode(next));
    },
  });
}

describe('JSON bodies', () => {
  test.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8"'])(
    'are taken as %s',
    async (contentType) => {
      expect((await send(createWorld(), TEXT, contentType)).status).toBe(201);
    },
  );

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/json; charset=latin1',
    '',
  ])('are refused with 415 as "%s"', async (contentType) => {
    const answer = await send(createWorld(), TEXT, contentType);
    expect(answer.status).toBe(415);
    expect(answer.body).toMatchObject({ code: 'unsupported_media_type' });
  });

  test('are refused with 415 without a content type', async () => {
    const answer = await send(createWorld(), new TextEncoder().encode(TEXT), null);
    expect(answer.status).toBe(415);
  });

  test.each([
    ['nothing', ''],
    ['half an object', '{"phoneNumber":'],
    ['a trailing comma', '{"a":1,}'],
    ['two values', '{} {}'],
  ])('are refused with 400 when they are %s', async (_, text) => {
    const answer = await send(createWorld(), text);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error: 'the body is not JSON in UTF-8', code: 'invalid_json' });
  });

  test('are refused with 400 when there is none at all', async () => {
    expect((await send(createWorld(), null)).body).toMatchObject({ code: 'invalid_json' });
  });

  test('are refused with 400 when their bytes are not UTF-8', async () => {
    const bytes = new TextEncoder().encode(TEXT);
    bytes[bytes.length - 3] = 0xff;
    const answer = await send(createWorld(), bytes);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_json' });
  });

  test('may begin with a byte order mark', async () => {
    expect((await send(createWorld(), `\ufeff${TEXT}`)).status).toBe(201);
  });

  test('are read over several chunks, also in the middle of a character', async () => {
    const world = createWorld();
    const bytes = new TextEncoder().encode(JSON.stringify({ phoneNumber: PHONE, content: 'çok' }));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect((await send(world, body)).body).toMatchObject({ content: 'çok' });
  });

  test('are refused with 400 when they break off', async () => {
    const answer = await send(createWorld(), inChunks('{"phone', new Error('the client went away')));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'incomplete_body' });
  });

  test('are taken up to the limit to the byte', async () => {
    const world = createWorld({ limits: { maxBodyBytes: TEXT.length } });
    expect((await send(world, TEXT)).status).toBe(201);
    const larger = await send(world, `${TEXT} `);
    expect(larger.status).toBe(413);
    expect(larger.body).toEqual({
      error: `the body is larger than ${TEXT.length} bytes`,
      code: 'body_too_large',
    });
  });

  test('are limited to 1 MiB by default', async () => {
    const world = createWorld();
    expect((await send(world, TEXT.padEnd(1_048_576))).status).toBe(201);
    expect((await send(world, TEXT.padEnd(1_048_577))).status).toBe(413);
  });

  test('are refused by what arrives when no length was said', async () => {
    const world = createWorld({ limits: { maxBodyBytes: 10 } });
    expect((await send(world, inChunks('[1234', '5678', '90]'))).status).toBe(413);
  });

  test('are refused by their said length before they are read', async () => {
    const world = createWorld({ limits: { maxBodyBytes: 10 } });
    const answer = await world.call('/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '11' },
      body: inChunks(new Error('was read')),
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
  });

  test('are counted although their said length is smaller', async () => {
    const world = createWorld({ limits: { maxBodyBytes: 10 } });
    const answer = await world.call('/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '2' },
      body: inChunks('{"phoneNumber":1}'),
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
  });

  test('may nest as deep as the limit lets them', async () => {
    const answer = await send(createWorld(), `{"x":${'['.repeat(400_000)}${']'.repeat(400_000)}}`);
    expect(answer.status).toBe(400);
  });
});
