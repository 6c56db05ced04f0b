import { describe, expect, test } from 'vitest';
import { openInProcess } from '../support/open-in-process.ts';

const HELLO = { phoneNumber: '+905551234567', content: 'Hello' };
const KEY = 'an-api-key-0123456789';

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

describe('what happens', () => {
  test('is shown at /events and counted at /metrics, without content and phone number', async () => {
    const { server, post } = await openInProcess();
    const stream = await fetch(`${server.url}/events`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await post('/messages', HELLO);
    let told = '';
    while (!told.includes('event: message.settled')) told += (await reader?.read())?.value ?? '';
    expect(told).toContain('event: messages.enqueued');
    expect(told).not.toMatch(/5551234567|Hello/);
    await reader?.cancel();

    await expect
      .poll(() => textOf(`${server.url}/metrics`))
      .toContain('messaging_messages_settled_total{outcome="sent"} 1');
    const metrics = await textOf(`${server.url}/metrics`);
    expect(metrics).toContain('messaging_processor_state{state="running"} 1');
    expect(metrics).toContain('process_resident_memory_bytes');
    expect(metrics).not.toContain('5551234567');
  });

  test('needs a key on every page but the login', async () => {
    const { server } = await openInProcess({ SERVER_API_KEY: KEY });
    const statusOf = async (path: string): Promise<number> =>
      (await fetch(server.url + path, { redirect: 'manual' })).status;
    expect(await statusOf('/events')).toBe(401);
    expect(await statusOf('/metrics')).toBe(401);
    expect(await statusOf('/dashboard/live')).toBe(401);
    expect(await statusOf('/')).toBe(303);
    expect(await statusOf('/docs')).toBe(303);
    expect(await statusOf('/dashboard/login')).toBe(200);
  });

  test('keeps nobody who watches from ending the server', async () => {
    const { server } = await openInProcess();
    const streams = await Promise.all(['/events', '/dashboard/live'].map((path) => fetch(server.url + path)));
    const ended = Promise.all(streams.map((stream) => stream.text()));
    await server[Symbol.asyncDispose]();
    // A stream that was cut off, not ended, would reject.
    expect((await ended)[0]).toContain('event: dispatcher.stopped');
  });
});
