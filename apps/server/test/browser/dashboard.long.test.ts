import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { chromiumPath, launchBrowser, openPage, withBrowser } from '../support/browser.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const PHONE = '+905551234567';
const HELLO = { phoneNumber: PHONE, content: 'Hello' };

/** A receiver that answers with the status of its test. */
async function receiver(): Promise<{ readonly url: string; answers: number }> {
  const state = { url: '', answers: 202 };
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(state.answers).end());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  // Bound to a port, so that it is not a path of a pipe.
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return state;
}

async function send(page: Page, url: string, content: string): Promise<void> {
  await page.goto(`${url}/dashboard/new`);
  await page.getByLabel('Phone number').fill(PHONE);
  await page.getByLabel('Content').fill(content);
  await page.getByRole('button', { name: 'Enqueue' }).click();
  await page.getByText('The message is enqueued.').waitFor();
}

describe.skipIf(chromiumPath === null)(withBrowser('the dashboard in a browser'), { timeout: 90_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('sends a message and shows how it goes sent, without a reload', async () => {
    const { server, post } = await openInProcess({ PROCESSOR_AUTO_START: 'false' });
    const { page, complaints } = await openPage(browser);
    await send(page, server.url, 'Your code is 4711.');
    expect(await page.locator('#message-status').textContent()).toBe('unsent');
    await post('/processor/start');
    await page.locator('#message-status', { hasText: /^sent$/ }).waitFor();
    await page.getByText(/accepted attempt 1/).waitFor();
    await expect.poll(() => page.locator('#announcer').textContent()).toBe('The message is now sent');

    await page.getByRole('link', { name: 'Overview' }).click();
    await page.locator('#count-sent .number', { hasText: /^1$/ }).waitFor();
    await page.getByRole('link', { name: 'Sandbox' }).click();
    await page.getByText('Your code is 4711.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('says at the field what is wrong with it', async () => {
    const { server } = await openInProcess();
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/dashboard/new`);
    await page.getByLabel('Phone number').fill('12');
    await page.getByRole('button', { name: 'Enqueue' }).click();
    await page.getByRole('alert').getByText('2 problems').waitFor();
    const field = page.getByLabel('Phone number');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.getAttribute('aria-describedby')).toContain('phoneNumber-problem');
    expect(await field.inputValue()).toBe('12');
  });

  test('shows a failed message and redrives it, alone and with its whole filter', async () => {
    const hook = await receiver();
    hook.answers = 400;
    const { server } = await openInProcess({ CLIENT_URL: hook.url });
    const { page, complaints } = await openPage(browser);
    await send(page, server.url, 'first');
    await page.locator('#message-status', { hasText: /^failed$/ }).waitFor();
    await page.getByText(/permanent attempt 1, not tried again: http 400/).waitFor();
    hook.answers = 202;
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.locator('#message-status', { hasText: /^sent$/ }).waitFor();

    hook.answers = 400;
    await send(page, server.url, 'second');
    await page.locator('#message-status', { hasText: /^failed$/ }).waitFor();
    hook.answers = 202;
    await page.goto(`${server.url}/dashboard/messages?status=failed`);
    await page.getByRole('link', { name: 'Redrive all of these…' }).click();
    await page.getByRole('button', { name: 'Redrive 1 failed message' }).click();
    await page.getByText('1 message is due again').waitFor();
    await page.getByRole('link', { name: PHONE }).first().click();
    await page.locator('#message-status', { hasText: /^sent$/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('cancels what has not been sent', async () => {
    const { server, post } = await openInProcess({ PROCESSOR_AUTO_START: 'false' });
    await post('/messages', HELLO);
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/dashboard/messages`);
    await page.getByRole('link', { name: PHONE }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#message-status', { hasText: /^cancelled$/ }).waitFor();
  });

  test('starts and stops the processor, by keyboard, and dispatches one batch', async () => {
    const { server, post } = await openInProcess({ PROCESSOR_AUTO_START: 'false' });
    await post('/messages', HELLO);
    const { page } = await openPage(browser);
    await page.goto(server.url);
    await page.locator('#state', { hasText: 'stopped' }).waitFor();
    await page.getByRole('button', { name: 'Dispatch one batch now' }).click();
    await page.getByText('1 claimed: 1 sent.').waitFor();

    await page.locator('#start').focus();
    await page.keyboard.press('Enter');
    await page.locator('#state', { hasText: 'running' }).waitFor();
    await page.locator('#start[aria-disabled="true"]').waitFor();
    await page.locator('#stop').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Stop delivery' }).click();
    await page.locator('#state', { hasText: 'stopped' }).waitFor();
  });

  test('draws charts', async () => {
    const { server, post } = await openInProcess();
    await post('/messages', HELLO);
    const { page, complaints } = await openPage(browser);
    await page.goto(server.url);
    await page.locator('#throughput canvas').waitFor();
    await page.locator('#durations canvas').waitFor();
    expect(complaints).toEqual([]);
  });

  // Eight hours apart, so that whenever this runs, it is before ten o'clock in one of them.
  test.each([
    ['Asia/Tokyo', 'GMT\\+9'],
    ['Etc/GMT-1', 'GMT\\+1'],
    ['Etc/GMT+7', 'GMT[-−]7'],
  ])('shows times in the zone of the browser, which is %s', async (timezoneId, name) => {
    const { server, post } = await openInProcess();
    await post('/messages', HELLO);
    const { page, complaints } = await openPage(browser, { timezoneId });
    await page.goto(server.url);
    await page
      .locator('time', { hasText: new RegExp(`^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d ${name}$`) })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  test('reads the API and tries an operation', async () => {
    const { server } = await openInProcess();
    const { page, complaints } = await openPage(browser);
    await page.goto(`${server.url}/docs`);
    await page.locator('#reader .opblock-summary', { hasText: '/healthz' }).first().click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('#reader .live-responses-table .response-col_status', { hasText: '200' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('says that it is stale when the connection is lost, and recovers by itself', async () => {
    const home = temporaryHome();
    const first = await openInProcess({}, home);
    const { port } = new URL(first.server.url);
    const { page } = await openPage(browser);
    await page.goto(first.server.url);
    await page.locator('#live[data-connection="live"]').waitFor();
    await first.server[Symbol.asyncDispose]();
    await page.locator('#live[data-connection="stale"]').waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(true);

    const second = await openInProcess({ SERVER_PORT: port }, home);
    await page.locator('#live[data-connection="live"]').waitFor({ timeout: 30_000 });
    expect(await page.locator('#stale').isVisible()).toBe(false);
    await second.post('/messages', HELLO);
    await page.locator('#count-sent .number', { hasText: /^1$/ }).waitFor();
  });

  test('offers a key what it may do, and goes on live without the rest', async () => {
    const key = 'key-of-campaigns-0123';
    const apiKeys = [{ name: 'campaigns', key, scopes: ['read', 'send'] }];
    const { server } = await openInProcess({ SERVER_API_KEYS: JSON.stringify(apiKeys) });
    const { page, complaints } = await openPage(browser);
    await page.goto(server.url);
    await page.getByLabel('API key').fill(key);
    await page.keyboard.press('Enter');
    await page.getByText('campaigns may read, send').waitFor();
    await page.locator('#live[data-connection="live"]').waitFor();
    expect(await page.getByRole('button').allTextContents()).toEqual(['Log out']);
    await send(page, server.url, 'Your code is 4711.');
    await page.locator('#message-status', { hasText: /^sent$/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('asks for the API key once', async () => {
    const key = 'an-api-key-0123456789';
    const { server } = await openInProcess({ SERVER_API_KEY: key });
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/dashboard/messages`);
    await page.getByLabel('API key').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('This server has no such API key.').waitFor();
    await page.getByLabel('API key').fill(key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    expect(await page.evaluate(() => Reflect.get(globalThis, 'document').cookie)).toBe('');
    await page.locator('#live[data-connection="live"]').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('API key').waitFor();
    await page.goto(server.url);
    await page.getByLabel('API key').waitFor();
  });

  test('keeps the keyboard where it is while the page changes', async () => {
    const { server, post } = await openInProcess({ PROCESSOR_AUTO_START: 'false' });
    await post('/messages', HELLO);
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/dashboard/messages`);
    const link = page.getByRole('link', { name: PHONE });
    const id = await link.getAttribute('id');
    await link.focus();
    await post('/messages', { ...HELLO, content: 'another' });
    await page.getByText('another').waitFor();
    expect(await page.locator(':focus').getAttribute('id')).toBe(id);
  });
});
