import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { visitor } from './support/browser.ts';
import { createWorld, START } from './support/world.ts';

const KEY = 'the-first-key';
const MINUTE_MS = 60_000;

async function loggedIn(apiKey = KEY) {
  const somebody = visitor({ apiKeys: [KEY, 'the-second-key'] });
  const body = new URLSearchParams({ apiKey, next: '/' });
  const answer = await somebody.request('/dashboard/login', { method: 'POST', body });
  return { somebody, answer };
}

describe('with API keys', () => {
  test.each(['/', '/dashboard/messages', '/dashboard/messages/x', '/dashboard/new', '/docs'])(
    '%s leads to the login',
    async (path) => {
      const { status, location } = await visitor({ apiKeys: [KEY] }).get(path);
      expect(status).toBe(303);
      expect(location).toMatch(/^\/dashboard\/login/);
    },
  );

  test.each([KEY, 'the-second-key'])('lets "%s" in, once for all pages', async (key) => {
    const { somebody, answer } = await loggedIn(key);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/');
    expect((await somebody.get('/')).status).toBe(200);
    expect((await somebody.get('/dashboard/messages')).status).toBe(200);
  });

  test('keeps the session where no script and no other site can reach it, and the key out of it', async () => {
    const { answer } = await loggedIn();
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
    expect(cookie).toMatch(/; Max-Age=900/);
    expect(cookie).not.toContain(KEY);
  });

  test.each([
    ['https://example.com/dashboard/login', {}],
    ['http://example.com/dashboard/login', { 'x-forwarded-proto': 'https' }],
    ['http://example.com/dashboard/login', { 'x-forwarded-proto': 'HTTPS' }],
    ['http://example.com/dashboard/login', { 'x-forwarded-proto': 'https, http' }],
    ['http://example.com/dashboard/login', { 'x-forwarded-proto': 'https,http' }],
  ])('sends the cookie over TLS only where there is TLS: %s %j', async (url, headers) => {
    const body = new URLSearchParams({ apiKey: KEY });
    const answer = await visitor({ apiKeys: [KEY] }).request(url, { method: 'POST', body, headers });
    expect(answer.headers.getSetCookie()[0]).toMatch(/; Secure/);
  });

  test.each(['http', 'http, https', 'httpsx', ''])(
    'sends the cookie without TLS where the browser used none: %s',
    async (forwarded) => {
      const body = new URLSearchParams({ apiKey: KEY });
      const headers = { 'x-forwarded-proto': forwarded };
      const url = 'http://example.com/dashboard/login';
      const answer = await visitor({ apiKeys: [KEY] }).request(url, { method: 'POST', body, headers });
      expect(answer.headers.getSetCookie()[0]).not.toMatch(/; Secure/);
    },
  );

  test.each(['', 'wrong', 'the-first-ke', 'THE-FIRST-KEY'])('does not let "%s" in', async (apiKey) => {
    const { answer } = await loggedIn(apiKey);
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.text()).toContain('This server has no such API key.');
  });

  test('ends a session that nobody used for 15 minutes', async () => {
    const { somebody } = await loggedIn();
    await somebody.world.clock.advance(15 * MINUTE_MS - 1);
    expect((await somebody.get('/')).status).toBe(200);
    await somebody.world.clock.advance(15 * MINUTE_MS);
    expect((await somebody.get('/')).status).toBe(303);
  });

  test('renews a session that is used, and ends it 12 hours after the login', async () => {
    const { somebody } = await loggedIn();
    for (let minutes = 10; minutes < 12 * 60; minutes += 10) {
      await somebody.world.clock.advance(10 * MINUTE_MS);
      expect((await somebody.get('/')).status).toBe(200);
    }
    await somebody.world.clock.advance(10 * MINUTE_MS);
    expect((await somebody.get('/')).status).toBe(303);
  });

  test('takes a form of a page that was loaded before the session was renewed', async () => {
    const { somebody } = await loggedIn();
    const { html } = await somebody.get('/');
    const token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? '';
    await somebody.world.clock.advance(10 * MINUTE_MS);
    const before = somebody.cookie;
    await somebody.get('/');
    expect(somebody.cookie).not.toBe(before);
    const body = new URLSearchParams({ token });
    await somebody.request('/dashboard/processor/stop', { method: 'POST', body });
    expect(somebody.world.dispatcher.calls).toEqual(['stop']);
  });

  test('ends a session at the logout for every copy of its cookie, renewed ones too', async () => {
    const { somebody } = await loggedIn();
    const copies = [somebody.cookie];
    await somebody.world.clock.advance(10 * MINUTE_MS);
    await somebody.get('/');
    copies.push(somebody.cookie);
    const { headers } = await somebody.submit('/dashboard/logout');
    expect(headers.getSetCookie().at(-1)).toMatch(/^messaging_session=; Max-Age=0/);
    for (const cookie of copies) {
      somebody.cookie = cookie;
      expect((await somebody.get('/')).status).toBe(303);
      expect((await somebody.request('/dashboard/live')).status).toBe(401);
    }
  });

  test('the logout leaves other sessions of the same key alone', async () => {
    const { somebody } = await loggedIn();
    const other = visitor({ apiKeys: [KEY] });
    const one = somebody.cookie;
    const body = new URLSearchParams({ apiKey: KEY });
    await somebody.request('/dashboard/login', { method: 'POST', body });
    await somebody.submit('/dashboard/logout');
    somebody.cookie = one;
    expect((await somebody.get('/')).status).toBe(200);
    other.cookie = one;
    expect((await other.get('/')).status).toBe(200);
  });

  test('ends the open pages of a session at the logout, and when it is over', async () => {
    const { somebody } = await loggedIn();
    const open = async (): Promise<() => Promise<boolean>> => {
      const reader = (await somebody.request('/dashboard/live')).body?.getReader();
      await reader?.read();
      await reader?.read();
      return async () => (await reader?.read())?.done === true;
    };
    const first = await open();
    const cookie = somebody.cookie;
    await somebody.submit('/dashboard/logout');
    expect(await first()).toBe(true);
    somebody.cookie = cookie;

    const { somebody: idle } = await loggedIn();
    const live = await idle.request('/dashboard/live');
    const ended = live.text();
    await idle.world.clock.advance(15 * MINUTE_MS);
    expect(await ended).toContain('event: state');
  });

  test('leaves nothing waiting once the server has ended its open pages, so that a process can end', async () => {
    const { somebody } = await loggedIn();
    const live = await somebody.request('/dashboard/live');
    expect(somebody.world.clock.sleepers).toBeGreaterThan(0);
    somebody.feed.close();
    expect(await live.text()).toContain('event: state');
    expect(somebody.world.clock.sleepers).toBe(0);
  });

  test('ends a session when its key is removed', async () => {
    const { somebody } = await loggedIn();
    const rotated = visitor({ apiKeys: ['the-second-key'] });
    rotated.cookie = somebody.cookie;
    expect((await rotated.get('/')).status).toBe(303);
  });

  test('knows a session that another process with the same key began', async () => {
    const { somebody } = await loggedIn();
    const elsewhere = visitor({ apiKeys: [KEY] });
    elsewhere.cookie = somebody.cookie;
    expect((await elsewhere.get('/')).status).toBe(200);
  });

  test.each([
    'messaging_session=open.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    `messaging_session=${(START + 1e9).toString(36)}.aaaa.bbbb`,
    `messaging_session=${START.toString(36)}.${(START + 1e9).toString(36)}.aaaa.bbbb`,
    `messaging_session=${KEY}`,
  ])('takes "%s" for no session', async (cookie) => {
    const somebody = visitor({ apiKeys: [KEY] });
    somebody.cookie = cookie;
    expect((await somebody.get('/')).status).toBe(303);
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '', 'x'])(
    'never leads to another site after the login: "%s"',
    async (next) => {
      const body = new URLSearchParams({ apiKey: KEY, next });
      const answer = await visitor({ apiKeys: [KEY] }).request('/dashboard/login', { method: 'POST', body });
      expect(answer.headers.get('location')).toBe('/');
    },
  );

  test('leads to where one wanted to go', async () => {
    const somebody = visitor({ apiKeys: [KEY] });
    const { location } = await somebody.get('/dashboard/messages?status=failed');
    const { html } = await somebody.get(location ?? '');
    expect(html).toContain('name="next" value="/dashboard/messages?status=failed"');
  });

  test('does not open the API with the cookie, and tells a script that it is not known', async () => {
    const { somebody } = await loggedIn();
    expect((await somebody.request('/messages')).status).toBe(401);
    expect((await visitor({ apiKeys: [KEY] }).request('/dashboard/live')).status).toBe(401);
  });
});

describe('a form', () => {
  test('is taken only with the token of its session', async () => {
    const somebody = visitor();
    await somebody.get('/');
    for (const token of ['', 'x', 'a'.repeat(43)]) {
      const body = new URLSearchParams({ token });
      const answer = await somebody.request('/dashboard/processor/start', { method: 'POST', body });
      expect(answer.status).toBe(403);
    }
    expect(somebody.world.dispatcher.calls).toEqual([]);
    expect((await somebody.submit('/dashboard/processor/start')).location).toBe('/?done=started');
    expect(somebody.world.dispatcher.calls).toEqual(['start']);
  });

  test('of another session is refused', async () => {
    const { html } = await visitor().get('/');
    const token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const somebody = visitor();
    await somebody.get('/');
    const body = new URLSearchParams({ token });
    expect((await somebody.request('/dashboard/processor/stop', { method: 'POST', body })).status).toBe(403);
  });

  test.each(['https://evil.example', 'null', 'http://localhost:81'])(
    'from the site %s is refused, the login too',
    async (origin) => {
      const headers = { origin, host: 'localhost' };
      const somebody = visitor({ apiKeys: [KEY] });
      const body = new URLSearchParams({ apiKey: KEY });
      const answer = await somebody.request('/dashboard/login', { method: 'POST', body, headers });
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
    },
  );

  test('that is too large is refused', async () => {
    const somebody = visitor({ limits: { maxBodyBytes: 1_000 } });
    const { status } = await somebody.submit('/dashboard/new', { content: 'x'.repeat(2_000) });
    expect(status).toBe(413);
  });
});

describe('every page', () => {
  test.each(['/', '/dashboard/messages', '/dashboard/new', '/docs', '/dashboard/nowhere'])(
    '%s runs nothing and loads nothing but our own files',
    async (path) => {
      const { headers, html } = await visitor().get(path);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; connect-src 'self';/,
      );
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(html).not.toMatch(/<script(?![^>]* src="\/dashboard\/assets\/)|<style| style="| on\w+="/);
      expect([...html.matchAll(/(?:src|href|action)="(https?:|\/\/)[^"]*"/g)]).toEqual([]);
    },
  );

  test('has its files, which a browser keeps until they change', async () => {
    const somebody = visitor();
    const { html } = await somebody.get('/');
    const files = [...html.matchAll(/"(\/dashboard\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toHaveLength(6);
    for (const file of files) {
      const { status, headers } = await somebody.get(file);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toContain('immutable');
    }
    expect((await somebody.get('/dashboard/assets/dashboard.css')).headers.get('cache-control')).toBe(
      'no-cache',
    );
    expect((await somebody.get('/dashboard/assets/..%2fassets.ts')).status).toBe(404);
  });

  test.each(['/dashboard', '/dashboard/docs', '/docs', '/a/b'])(
    'works under the prefix %s',
    async (prefix) => {
      const host = new Hono();
      host.route(prefix, visitor().world.app);
      for (const path of ['', '/docs', '/dashboard/new', '/dashboard/nowhere']) {
        const page = await host.request(prefix + path);
        expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
        expect(await page.text()).toContain(`href="${prefix}/dashboard/assets/dashboard.css?`);
      }
    },
  );

  test('works under a prefix', async () => {
    const { world } = visitor({ apiKeys: [KEY] });
    const host = new Hono();
    host.route('/sms', world.app);
    expect((await host.request('/sms')).headers.get('location')).toBe('/sms/dashboard/login');
    expect((await host.request('/sms/swagger')).headers.get('location')).toBe('/sms/docs');
    const body = new URLSearchParams({ apiKey: KEY });
    const answer = await host.request('/sms/dashboard/login', { method: 'POST', body });
    expect(answer.headers.get('location')).toBe('/sms/');
    expect(answer.headers.getSetCookie()[0]).toContain('Path=/sms;');
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const page = await host.request('/sms/dashboard/messages', { headers: { cookie } });
    expect(page.status).toBe(200);
    const links = [...(await page.text()).matchAll(/(?:href|action|src)="(\/[^"]*)"/g)].map(
      ([, link]) => link,
    );
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !link?.startsWith('/sms/'))).toEqual([]);
  });
});

test('without `dashboard` there is none', async () => {
  const { app } = createWorld();
  for (const path of ['/', '/dashboard/login', '/docs', '/swagger']) {
    expect((await app.request(path)).status).toBe(404);
  }
});
