import { expect, test, vi } from 'vitest';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

vi.setConfig({ testTimeout: 180_000 });

test('says how much is delivered how often, and when next, at the start and in status', async () => {
  const pace = { PROCESSOR_DRAIN: 'false', PROCESSOR_BATCH_SIZE: '2', PROCESSOR_INTERVAL: '2m' };
  const server = new SpawnedServer(temporaryHome(), pace);
  const url = await server.url();
  await expect
    .poll(() => server.output)
    .toMatch(/pace: 2 messages every 2m, next at \d{4}-\d\d-\d\dT[\d:]+Z/);
  const { stdout } = await runCli(temporaryHome(), ['status', '--url', url]);
  expect(stdout).toMatch(/^pace +2 messages every 2m, next at \d{4}-\d\d-\d\dT[\d:]+Z$/m);
});

test('stops and starts the processor of the server that answers', async () => {
  const url = await new SpawnedServer(temporaryHome()).url();
  const cli = (command: string) => runCli(temporaryHome(), [command, '--url', url]);
  expect(await cli('stop')).toMatchObject({
    exitCode: 0,
    stdout: 'the processor of this server stops; other servers on the same store go on\n',
  });
  await expect.poll(async () => (await cli('status')).stdout).toMatch(/^processor +stopped$/m);
  expect((await cli('start')).exitCode).toBe(0);
  expect((await cli('status')).stdout).toMatch(/^processor +running$/m);
});
