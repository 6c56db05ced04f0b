import { expect, test, vi } from 'vitest';
import { register } from '../src/nextjs/instrumentation.ts';

test('opens a dispatcher in server processes, and none on the edge runtime', async () => {
  vi.stubEnv('WEBHOOK_URL', '');
  vi.stubEnv('NEXT_RUNTIME', 'edge');
  await register();
  vi.stubEnv('NEXT_RUNTIME', 'nodejs');
  await expect(register()).rejects.toThrow('WEBHOOK_URL is not set');
  vi.unstubAllEnvs();
});
