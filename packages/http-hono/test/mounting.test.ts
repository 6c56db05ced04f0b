import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { createWorld, enqueued, PHONE } from './support/world.ts';

function mounted(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  const host = new Hono();
  host.get('/', (c) => c.text('host'));
  host.route('/sms', world.app);
  host.get('/after', (c) => c.text('after'));
  return { world, host };
}

describe('mounted in another Hono app', () => {
  test('answers under its prefix and leaves the rest to the host', async () => {
    const { world, host } = mounted();
    const { id } = await enqueued(world);
    expect((await host.request(`/sms/messages/${id}`)).status).toBe(200);
    expect(await (await host.request('/')).text()).toBe('host');
    expect(await (await host.request('/after')).text()).toBe('after');
    expect((await host.request('/after')).headers.has('content-security-policy')).toBe(false);
  });

  test('names the place of a new message under its prefix', async () => {
    const { host } = mounted();
    const answer = await host.request('/sms/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phoneNumber: PHONE, content: 'x' }),
    });
    const location = answer.headers.get('location') ?? '';
    expect(location).toMatch(/^\/sms\/messages\/[0-9a-f]{24}$/);
    expect((await host.request(location)).status).toBe(200);
  });

  test('describes itself under its prefix', async () => {
    const { world, host } = mounted();
    const document = await (await host.request('/sms/openapi.json')).json();
    expect(document).toMatchObject({ servers: [{ url: '/sms' }] });
    expect((await world.call('/openapi.json')).body).toMatchObject({ servers: [{ url: '/' }] });
  });

  test('keeps its errors in their shape, 405 and headers included', async () => {
    const { host } = mounted();
    const wrong = await host.request('/sms/messages', { method: 'PUT' });
    expect(wrong.status).toBe(405);
    expect(await wrong.json()).toMatchObject({ code: 'method_not_allowed' });
    const missing = await host.request('/sms/messages/none');
    expect(await missing.json()).toMatchObject({ code: 'message_not_found' });
    expect(missing.headers.get('x-content-type-options')).toBe('nosniff');
    expect(missing.headers.has('x-request-id')).toBe(true);
  });

  test('asks for its keys under its prefix only', async () => {
    const { host } = mounted({ apiKeys: ['key'] });
    expect((await host.request('/sms/messages')).status).toBe(401);
    expect((await host.request('/sms/healthz')).status).toBe(200);
    expect((await host.request('/after')).status).toBe(200);
    const headers = { authorization: 'Bearer key' };
    expect((await host.request('/sms/messages', { headers })).status).toBe(200);
  });
});
