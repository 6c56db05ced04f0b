import { expect, test, vi } from 'vitest';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

vi.setConfig({ testTimeout: 180_000 });

const PHONE = '+905551234567';

test('cancels what is named, or every unsent message that fits, and asks before', async () => {
  const server = new SpawnedServer(temporaryHome(), { PROCESSOR_AUTO_START: 'false' });
  const url = await server.url();
  const cli = (...args: readonly string[]) => runCli(temporaryHome(), [...args, '--url', url]);
  await cli('send', PHONE, 'Hello');
  await cli('send', '+905550000000', 'Hello');

  expect(await cli('cancel')).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('--all') });
  expect(await cli('cancel', '--phone', PHONE)).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining(`Cancel every unsent message to ${PHONE}?`),
  });
  expect(await cli('cancel', '--phone', PHONE, '--yes')).toMatchObject({
    exitCode: 0,
    stdout: '1 cancelled\n',
  });
  const early = ['cancel', '--all', '--created-before', '2020-01-01T00:00:00Z', '--yes', '--json'];
  expect(JSON.parse((await cli(...early)).stdout)).toEqual({ cancelled: 0, inFlight: 0 });
  expect((await cli('cancel', '--all', '--yes')).stdout).toBe('1 cancelled\n');
});
