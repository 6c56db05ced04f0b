import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium of this machine (`CHROMIUM` names another), or null. */
export const chromiumPath: string | null =
  [...(process.env.CHROMIUM === undefined ? [] : [process.env.CHROMIUM]), ...PLACES].find(existsSync) ?? null;

/** The title of a suite that needs one: a skip is never without its reason. */
export function withBrowser(title: string): string {
  return chromiumPath === null ? `${title} [SKIPPED: no Chromium, apt-get install chromium]` : title;
}

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  if (chromiumPath === null) throw new Error('there is no Chromium');
  return chromium.launch({ executablePath: chromiumPath, args: ARGS });
}

export interface OpenedPage {
  readonly page: Page;
  /** The errors on the browser's console, breaches of the content security policy among them. */
  readonly complaints: readonly string[];
}

/** A page of a browser that knows nothing yet; closed when the test is over. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { page, complaints };
}
