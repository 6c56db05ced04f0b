import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchBrowser, openPage, withBrowser } from '../support/browser.ts';
import { openInProcess, type ServerInProcess } from '../support/open-in-process.ts';

const PATHS = [
  '/',
  '/dashboard/messages',
  '/dashboard/messages?status=failed',
  '/dashboard/new',
  '/dashboard/sandbox',
  '/dashboard/redrive?status=failed',
  '/dashboard/reasons?status=failed',
  '/dashboard/stop',
  '/?span=hour',
  '/dashboard/nowhere',
  '/docs',
];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** A server with a sent and a scheduled message. */
async function inhabited(): Promise<{ readonly server: ServerInProcess; readonly ids: readonly string[] }> {
  const server = await openInProcess();
  const hello = { phoneNumber: '+905551234567', content: 'Hello' };
  const sent = await server.post<{ readonly id: string }>('/messages', hello);
  const later = await server.post<{ readonly id: string }>('/messages', {
    ...hello,
    sendAt: '2090-01-01T00:00:00Z',
  });
  const status = async (): Promise<string> =>
    (await server.get<{ readonly status: string }>(`/messages/${sent.body.id}`)).body.status;
  await expect.poll(status).toBe('sent');
  return { server, ids: [sent.body.id, later.body.id] };
}

describe.skipIf(chromiumPath === null)(withBrowser('every page'), { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
  ] as const)('has no violation that axe finds, and fits: %s, %d px wide', async (colorScheme, width) => {
    const { server, ids } = await inhabited();
    const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true };
    const { page } = await openPage(browser, options);
    for (const path of [...PATHS, ...ids.map((id) => `/dashboard/messages/${id}`)]) {
      await page.goto(server.server.url + path);
      if (path === '/docs') await page.locator('#reader main[role="none"]').waitFor();
      await page.addScriptTag({ content: axe.source });
      // The page has it by now; its type here would need the DOM's. Swagger UI's own violations are not ours to fix.
      const run = 'axe.run({ exclude: ["#reader"] }).then(({ violations }) => violations)';
      const found = (await page.evaluate(run)) as Violation[];
      expect(found.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([]);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, `${path} is too wide`).toBeLessThanOrEqual(0);
    }
  });

  test('has the login and its refusal without violation', async () => {
    const { server } = await openInProcess({ SERVER_API_KEY: 'an-api-key-0123456789' });
    const { page } = await openPage(browser, { bypassCSP: true });
    await page.goto(server.url);
    await page.getByLabel('API key').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
    await page.addScriptTag({ content: axe.source });
    const found = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[];
    expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
});
