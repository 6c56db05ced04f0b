import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CATALOGUE } from '../src/errors/error-catalogue.ts';
import { DEFAULT_HTTP_LIMITS, SandboxReceiver } from '../src/index.ts';
import { host } from './readme/mount.ts';
import { createWorld } from './support/world.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  test('shows the snippet that is run here', () => {
    const snippet = readFileSync(new URL('./readme/mount.ts', import.meta.url), 'utf8');
    expect(README).toContain(`\`\`\`ts\n${snippet}\`\`\``);
  });

  test('has a snippet that delivers', async () => {
    const authorization = 'Bearer change-me';
    const enqueued = await host.request('/messaging/messages', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ phoneNumber: '+905551234567', content: 'Hello' }),
    });
    expect(enqueued.status).toBe(201);
    const dispatched = await host.request('/messaging/processor/dispatch', {
      method: 'POST',
      headers: { authorization },
    });
    expect(await dispatched.json()).toMatchObject({ claimed: 1, sent: 1 });
    const message = await host.request(enqueued.headers.get('location') ?? '', {
      headers: { authorization },
    });
    expect(await message.json()).toMatchObject({ status: 'sent', attempts: 1 });
    expect((await host.request('/messaging/readyz')).status).toBe(200);
  });

  test('names every route of the app', () => {
    const { app, clock } = createWorld();
    const full = createWorld({ sandbox: new SandboxReceiver({ clock }) }).app;
    const routes = [...app.routes, ...full.routes].filter(({ method }) => method !== 'ALL');
    for (const { method, path } of routes) expect(README).toContain(`| \`${method} ${path}`);
  });

  test.each(Object.entries(ERROR_CATALOGUE))('names the error %s with its status', (code, { status }) => {
    expect(README).toMatch(new RegExp(`^\\| \`${code}\` \\| ${status} \\|`, 'm'));
  });

  test.each(Object.entries(DEFAULT_HTTP_LIMITS))('names the limit %s with its default', (name, value) => {
    expect(README).toContain(`| \`limits.${name}\` | ${value} |`);
  });
});
