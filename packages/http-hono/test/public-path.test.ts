import { InvalidOptionsError } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { createDashboard, DashboardFeed } from '../src/index.ts';
import { type Visitor, visitor } from './support/browser.ts';
import { createWorld, enqueued, PHONE } from './support/world.ts';

const KEY = 'the-first-key';

async function logIn(somebody: Visitor, next = '/'): Promise<Response> {
  const body = new URLSearchParams({ apiKey: KEY, next });
  return somebody.request('/dashboard/login', { method: 'POST', body });
}

describe('behind a proxy that removes a path prefix', () => {
  test('every link, form, script and style of every page begins with the prefix', async () => {
    const somebody = visitor({ publicPath: '/messaging' });
    const { id } = await enqueued(somebody.world);
    const pages = [
      '/',
      '/dashboard/messages',
      `/dashboard/messages/${id}`,
      '/dashboard/messages?status=unsent&limit=1',
      '/dashboard/new',
      '/dashboard/none',
      '/docs',
    ];
    for (const path of pages) {
      const { html } = await somebody.get(path);
      const links = [...html.matchAll(/ (?:href|src|action|data-base)="([^"]*)"/g)].map(([, link]) => link);
      expect(links.length, path).toBeGreaterThan(0);
      for (const link of links) expect(link, path).toMatch(/^(?:#|\/messaging(?:\/|\?|$))/);
    }
  });

  test('the page that is pushed to the browser begins its links with the prefix', async () => {
    const somebody = visitor({ publicPath: '/messaging' });
    const stream = await somebody.request('/dashboard/live');
    const reader = stream.body?.getReader();
    if (reader === undefined) throw new Error('there is no stream');
    let text = '';
    while (!text.includes('"html"')) text += Buffer.from((await reader.read()).value ?? []).toString('utf8');
    await reader.cancel();
    const links = [...text.matchAll(/(?:href|action)=\\"([^"\\]*)/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(link).toMatch(/^\/messaging\//);
  });

  test.each([
    ['/dashboard', '/messaging/'],
    ['/swagger', '/messaging/docs'],
    ['/dashboard/login', '/messaging/'],
    ['/dashboard/processor/dispatch', '/messaging/'],
  ])('%s leads to %s', async (path, location) => {
    expect((await visitor({ publicPath: '/messaging' }).get(path)).location).toBe(location);
  });

  test('the login leads back to the page that was asked for', async () => {
    const somebody = visitor({ publicPath: '/messaging', apiKeys: [KEY] });
    const { location } = await somebody.get('/dashboard/messages?status=failed');
    expect(location).toBe('/messaging/dashboard/login?next=%2Fdashboard%2Fmessages%3Fstatus%3Dfailed');
    const answer = await logIn(somebody, '/dashboard/messages?status=failed');
    expect(answer.headers.get('location')).toBe('/messaging/dashboard/messages?status=failed');
  });

  test('the cookie is for the prefix, at the login and at the logout', async () => {
    const somebody = visitor({ publicPath: '/messaging', apiKeys: [KEY] });
    expect((await logIn(somebody)).headers.getSetCookie()[0]).toMatch(/; Path=\/messaging(?:;|$)/);
    const { headers, location } = await somebody.submit('/dashboard/logout');
    expect(location).toBe('/messaging/dashboard/login');
    expect(headers.getSetCookie()[0]).toMatch(/; Path=\/messaging(?:;|$)/);
  });

  test('a new message is where its Location says', async () => {
    const { post } = createWorld({ publicPath: '/messaging' });
    const { headers } = await post('/messages', { phoneNumber: PHONE, content: 'x' });
    expect(headers.get('location')).toMatch(/^\/messaging\/messages\/[0-9a-f]{24}$/);
  });

  test('the OpenAPI document names the prefix as the server', async () => {
    const somebody = visitor({ publicPath: '/messaging' });
    for (const path of ['/openapi.json', '/dashboard/openapi.json']) {
      const { html } = await somebody.get(path);
      expect(JSON.parse(html)).toMatchObject({ servers: [{ url: '/messaging' }] });
    }
  });

  test('the place in a host app comes after the prefix that the proxy removes', async () => {
    const { world } = visitor({ publicPath: '/tools' });
    const host = new Hono().route('/sms', world.app);
    expect((await host.request('/sms/dashboard')).headers.get('location')).toBe('/tools/sms/');
    const document = await (await host.request('/sms/openapi.json')).json();
    expect(document).toMatchObject({ servers: [{ url: '/tools/sms' }] });
  });
});

const WRONG = [
  '',
  '/',
  'messaging',
  '/messaging/',
  '//messaging',
  '/a//b',
  '/a?b',
  '/..',
  '/a/../b',
  '/a b',
  '/"',
];

test.each(WRONG)('refuses the public path %j, which is not a path', (publicPath) => {
  expect(() => createWorld({ publicPath })).toThrow(InvalidOptionsError);
  const { messages, dispatcher } = createWorld();
  const clock = new SystemClock();
  const feed = new DashboardFeed({ clock });
  expect(() => createDashboard({ messages, dispatcher, clock, feed, apiKeys: 'none', publicPath })).toThrow(
    InvalidOptionsError,
  );
});

test.each(['/messaging', '/a/b', '/~me/sms-1.0', '/.hidden'])('takes the public path %j', (publicPath) => {
  expect(() => createWorld({ publicPath })).not.toThrow();
});
