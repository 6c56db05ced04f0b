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

test('stops every server on a store, also one that starts later, until they are started again', async () => {
  const home = temporaryHome();
  const one = await new SpawnedServer(home).url();
  const cli = (...args: string[]) => runCli(temporaryHome(), args);
  expect(await cli('stop', '--all', '--url', one)).toMatchObject({
    exitCode: 0,
    stdout: 'every server on the same store stops within 2 s, until "start --all"\n',
  });
  const other = await new SpawnedServer(home).url();
  const message = ['send', '+905551234567', 'Hello', '--url', other];
  expect((await cli(...message)).exitCode).toBe(0);
  const dispatched = await fetch(`${other}/processor/dispatch`, { method: 'POST' });
  expect(await dispatched.json()).toMatchObject({ code: 'claiming_paused' });
  const { stdout } = await cli('status', '--url', other);
  expect(stdout).toMatch(/^stopped for all +by an operator since [\d-]+.*, until "start --all"$/m);
  expect((await runCli(home, ['doctor', '--url', other])).stdout).toContain(
    'stopped for all servers by an operator',
  );

  // Plain starts are for one process.
  expect(await cli('start', '--url', other)).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('delivery is stopped for all servers. "start --all" ends that'),
  });
  expect((await cli('status', '--url', other)).stdout).toMatch(/^stopped for all /m);
  expect((await cli('start', '--all', '--url', one)).exitCode).toBe(0);
  await expect
    .poll(async () => (await cli('status', '--url', other)).stdout, { timeout: 60_000 })
    .toMatch(/^sent +1\b/m);
});

test('stops and starts every server on a store without asking one, and no single server in this way', async () => {
  const home = temporaryHome();
  const cli = (...args: string[]) => runCli(home, args);
  expect(await cli('stop', '--direct')).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('stop all servers with --all'),
  });
  // Before the first server: there is no store yet.
  expect(await cli('stop', '--all', '--direct')).toMatchObject({ exitCode: 0, stderr: '' });
  expect((await cli('send', '+905551234567', 'Hello', '--direct')).exitCode).toBe(0);
  expect((await cli('status', '--direct')).stdout).toMatch(/^stopped for all /m);
  expect(JSON.parse((await cli('status', '--direct', '--json')).stdout)).toMatchObject({
    deliveryStop: { at: expect.any(String) },
  });
  const url = await new SpawnedServer(home).url();
  const dispatched = await fetch(`${url}/processor/dispatch`, { method: 'POST' });
  expect(await dispatched.json()).toMatchObject({ code: 'claiming_paused' });
  expect((await cli('start', '--all', '--direct')).stdout).toBe(
    'delivery is no longer stopped for all servers; servers whose processor runs deliver again\n',
  );
  await expect
    .poll(async () => (await cli('status', '--url', url)).stdout, { timeout: 60_000 })
    .toMatch(/^sent +1\b/m);
});
