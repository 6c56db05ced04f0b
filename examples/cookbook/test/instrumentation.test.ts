import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { register } from '../src/nextjs/instrumentation.ts';
import { messaging } from '../src/nextjs/messaging.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

test('opens a dispatcher in server processes, and none on the edge runtime', async () => {
  vi.stubEnv('WEBHOOK_URL', '');
  vi.stubEnv('NEXT_RUNTIME', 'edge');
  await register();
  vi.stubEnv('NEXT_RUNTIME', 'nodejs');
  await expect(register()).rejects.toThrow('WEBHOOK_URL is not set');
  vi.unstubAllEnvs();
});

test('opens at the next request what could not be opened at the first', async () => {
  const folder = await temporaryFolder();
  vi.stubEnv('WEBHOOK_URL', 'http://127.0.0.1:1');
  vi.stubEnv('MESSAGING_API_KEY', 'a-key');
  // A folder cannot be opened as a SQLite file.
  vi.stubEnv('MESSAGING_FILE', folder);
  await expect(messaging()).rejects.toThrow();
  vi.stubEnv('MESSAGING_FILE', join(folder, 'messages.db'));
  const opened = await messaging();
  expect(await messaging()).toBe(opened);
  await opened[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
});
