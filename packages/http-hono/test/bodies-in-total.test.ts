import { ManualClock } from '@messaging-system/core/in-memory';
import { expect, test } from 'vitest';
import { SandboxReceiver } from '../src/index.ts';
import { visitor } from './support/browser.ts';
import { createWorld, PHONE } from './support/world.ts';

const KEY = 'the-first-key';
const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

/** A request whose body has begun and goes on when the test says so. */
function unfinished(path: string, begun: string): { request: Request; end(rest: string): void; cut(): void } {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
  });
  const write = (text: string): void => controller?.enqueue(new TextEncoder().encode(text));
  write(begun);
  // Node requires `duplex` for a body that is a stream.
  const init = { method: 'POST', headers, body, duplex: 'half' as const };
  return {
    request: new Request(`http://localhost${path}`, init),
    end: (rest) => {
      write(rest);
      controller?.close();
    },
    cut: () => controller?.error(new Error('gone')),
  };
}

const message = JSON.stringify({ phoneNumber: PHONE, content: 'x'.repeat(300) });

function small() {
  return createWorld({ apiKeys: [KEY], limits: { maxBodyBytes: 1_000, maxTotalBodyBytes: 1_000 } });
}

test.each(['/messages', '/messages/redrive', '/messages/erase'])(
  '%s answers 503 while other bodies hold all the memory for bodies, and serves again when they are gone',
  async (path) => {
    const world = small();
    const held = unfinished('/messages', message.slice(0, -1));
    const first = world.app.request(held.request);
    const before = unfinished(path, 'x'.repeat(700));
    const refused = await world.app.request(before.request);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'too_many_bodies' });
    held.end('}');
    expect((await first).status).toBe(201);
    expect((await world.post('/messages', JSON.parse(message), headers)).status).toBe(201);
  },
);

test('a body that broke off gives its memory back', async () => {
  const world = small();
  const held = unfinished('/messages', message.slice(0, -1));
  const first = world.app.request(held.request);
  held.cut();
  expect((await first).status).toBe(400);
  const next = unfinished('/messages', message);
  next.end(' '.repeat(300));
  expect((await world.app.request(next.request)).status).toBe(201);
});

test('a body in pieces of one byte counts with what the pieces take in memory', async () => {
  const world = small();
  const held = unfinished('/messages', 'x');
  const first = world.app.request(held.request);
  const pieces = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(Uint8Array.of(32)),
  });
  const request = new Request('http://localhost/messages', {
    method: 'POST',
    headers,
    body: pieces,
    duplex: 'half' as const,
  });
  expect((await world.app.request(request)).status).toBe(503);
  held.cut();
  expect((await first).status).toBe(400);
});

test('the largest body is read when no other is, and the login form has memory of its own', async () => {
  const somebody = visitor({ apiKeys: [KEY], limits: { maxBodyBytes: 1_000, maxTotalBodyBytes: 1 } });
  const { world } = somebody;
  const large = JSON.stringify({ phoneNumber: PHONE, content: 'x'.repeat(500) });
  expect((await world.post('/messages', JSON.parse(large), headers)).status).toBe(201);
  const held = unfinished('/messages', message.slice(0, -1));
  const first = world.app.request(held.request);
  const body = new URLSearchParams({ apiKey: KEY });
  expect((await somebody.request('/dashboard/login', { method: 'POST', body })).status).toBe(303);
  held.cut();
  expect((await first).status).toBe(400);
});

test('no route reads a body before it knows that the caller may send one', async () => {
  const sandbox = new SandboxReceiver({ clock: new ManualClock(0), token: 'the-token' });
  const { world } = visitor({ apiKeys: [KEY], sandbox });
  // Every OpenAPI document has this shape.
  const { paths } = (await (await world.app.request('/openapi.json', { headers })).json()) as {
    readonly paths: Readonly<Record<string, { readonly post?: { readonly requestBody?: unknown } }>>;
  };
  const withBody = Object.keys(paths).filter((path) => paths[path]?.post?.requestBody !== undefined);
  expect(withBody).toContain('/sandbox/webhook');
  expect(withBody).toContain('/messages/erase');
  for (const path of [...withBody, '/dashboard/new', '/dashboard/erase', '/dashboard/logout']) {
    const { body, read } = unreadable();
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' };
    const { status } = await world.app.request(path, init as RequestInit);
    expect([303, 401, 404], `${path} answered ${status}`).toContain(status);
    expect(read(), `${path} read its body`).toBe(false);
  }
});

test('callers with a key are served while others fill the memory of the login form', async () => {
  const { world } = visitor({ apiKeys: [KEY] });
  const form = 'x'.repeat(8_000);
  const held = Array.from({ length: 2_064 }, () => unfinished('/dashboard/login', form));
  const answers = held.map(({ request }) => world.app.request(request));
  expect((await world.app.request(unfinished('/dashboard/login', form).request)).status).toBe(503);
  expect((await world.post('/messages', JSON.parse(message), headers)).status).toBe(201);
  for (const { cut } of held) cut();
  await Promise.all(answers);
  const body = new URLSearchParams({ apiKey: KEY });
  expect((await world.app.request('/dashboard/login', { method: 'POST', body })).status).toBe(303);
});

/** A body that notes when somebody asks for it. */
function unreadable(): { body: ReadableStream<Uint8Array>; read(): boolean } {
  let wasRead = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        wasRead = true;
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { body, read: () => wasRead };
}
