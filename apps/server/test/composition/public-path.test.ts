import { expect, test } from 'vitest';
import { announce } from '../../src/serve.ts';
import { loaded } from '../support/load.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { strippingProxy } from '../support/stripping-proxy.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const PREFIX = '/tools/messaging';
const KEY = 'an-api-key-of-some-length';
const HELLO = { phoneNumber: '+905551234567', content: 'Hello' };

interface Browser {
  readonly cookie: () => string;
  readonly get: (url: string) => Promise<Response>;
  readonly submit: (url: string, fields: Readonly<Record<string, string>>) => Promise<Response>;
}

/** Follows redirects, and keeps the cookie where its path allows it. */
function browser(): Browser {
  let cookie = { pair: '', path: '/' };
  const ask = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(url);
    const isForIt = pathname === cookie.path || pathname.startsWith(`${cookie.path.replace(/\/$/, '')}/`);
    const headers: Record<string, string> = isForIt && cookie.pair !== '' ? { cookie: cookie.pair } : {};
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) {
      cookie = { pair: set.split(';')[0] ?? '', path: /; Path=([^;]+)/.exec(set)?.[1] ?? '/' };
    }
    const location = response.headers.get('location');
    return location === null ? response : ask(new URL(location, url).href);
  };
  return {
    cookie: () => cookie.pair,
    get: ask,
    submit: (url, fields) => ask(url, { method: 'POST', body: new URLSearchParams(fields) }),
  };
}

function linksOf(html: string, url: string): readonly string[] {
  const found = html.matchAll(/ (?:href|src)="([^"#]+)/g);
  return [...found].map(([, link = '']) => new URL(link.replaceAll('&amp;', '&'), url).href);
}

test('the whole dashboard works behind a proxy that removes the prefix of server.publicPath', async () => {
  const { server } = await openInProcess({ SERVER_PUBLIC_PATH: PREFIX, SERVER_API_KEY: KEY });
  const home = (await strippingProxy(PREFIX, server.url)) + PREFIX;
  const authorization = `Bearer ${KEY}`;
  const created = await fetch(`${home}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(HELLO),
  });
  const location = new URL(created.headers.get('location') ?? '', home).href;
  expect((await fetch(location, { headers: { authorization } })).status).toBe(200);

  const user = browser();
  const asked = await user.get(`${home}/dashboard/messages?status=failed`);
  expect(asked.url).toContain(`${home}/dashboard/login?next=`);
  const [form = ''] = / action="[^"]+"/.exec(await asked.text()) ?? [];
  const loginUrl = new URL(form.slice(' action="'.length, -1), home).href;
  const loggedIn = await user.submit(loginUrl, { apiKey: KEY, next: '/' });
  expect(loggedIn.status).toBe(200);
  expect(loggedIn.url).toBe(`${home}/`);

  const walked = new Set<string>();
  const waiting = [`${home}/`];
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (walked.has(url)) continue;
    walked.add(url);
    const response = await user.get(url);
    expect(response.status, url).toBe(200);
    const html = await response.text();
    if (response.headers.get('content-type')?.startsWith('text/html')) waiting.push(...linksOf(html, url));
    const logout = / action="([^"]+\/logout)"/.exec(html)?.[1];
    if (logout !== undefined) expect(logout).toBe(`${PREFIX}/dashboard/logout`);
  }
  const paths = [...walked].map((url) => new URL(url).pathname.slice(PREFIX.length));
  expect(paths).toEqual(
    expect.arrayContaining([
      '/',
      '/dashboard/messages',
      '/dashboard/new',
      '/docs',
      '/dashboard/openapi.json',
    ]),
  );
  expect(paths.some((path) => path.startsWith('/dashboard/assets/'))).toBe(true);

  const page = await (await user.get(`${home}/dashboard/new`)).text();
  const token = / name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const loggedOut = await user.submit(`${home}/dashboard/logout`, { token });
  expect(loggedOut.url).toBe(`${home}/dashboard/login`);
  expect(user.cookie()).toBe('messaging_session=');
  expect((await user.get(`${home}/`)).url).toContain(`${home}/dashboard/login`);
});

test('the start says that the dashboard is to be opened at the proxy, since its links lead there', async () => {
  const environment = { SERVER_PUBLIC_PATH: PREFIX };
  const { server, log, text } = await openInProcess(environment);
  announce(loaded(environment, temporaryHome()).config, server, log, 0);
  expect(text()).toContain(`dashboard: ${PREFIX}/ at the proxy in front (server.publicPath)`);
  expect(text()).not.toContain(`dashboard: ${server.url}`);
});
