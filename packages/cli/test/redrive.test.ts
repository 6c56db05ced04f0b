import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { redriveCommand } from '../src/commands/redrive.ts';
import { connect } from '../src/connection/connect.ts';
import { ExitCode } from '../src/exit-code.ts';
import { capturedOutput } from './captured-output.ts';
import { NO_HOST } from './no-host.ts';

/** A server whose processor is stopped, and that can redrive what is named here. */
async function serverWith(...redrivable: readonly string[]): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const id = /^\/messages\/(\w+)\/redrive$/.exec(incoming.url ?? '')?.[1];
    const isRefused = id !== undefined && !redrivable.includes(id);
    const refusal = { code: 'not_redrivable', error: 'cannot be redriven' };
    outgoing.statusCode = isRefused ? 409 : 200;
    outgoing.end(JSON.stringify(isRefused ? refusal : { state: 'stopped' }));
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  // An address that is neither a pipe nor null.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function redrive(url: string, ...ids: readonly string[]) {
  const { output, written } = capturedOutput(false, false);
  let exitCode: number | null = null;
  const command = redriveCommand(async (options, work) => {
    await using lifetimes = new AsyncDisposableStack();
    exitCode = await work({
      output,
      host: NO_HOST,
      lifetimes,
      connect: () => connect(NO_HOST, options, lifetimes, false),
    });
  });
  await command.parseAsync([...ids, '--url', url, '--api-key', 'key'], { from: 'user' });
  return { exitCode, ...written };
}

test('says that nothing is delivered where one of several messages was redriven', async () => {
  const { exitCode, err } = await redrive(await serverWith('one'), 'one', 'two');
  expect(exitCode).toBe(ExitCode.REFUSED);
  expect(err).toContain('its processor is stopped');
});

test('asks about unknown messages with the reminder that they may have arrived', async () => {
  const url = await serverWith();
  await expect(redrive(url, '--status', 'unknown', '--phone', '+905551234567')).rejects.toThrow(
    'They may have arrived, and would then arrive twice. Send every unknown message to +905551234567 again?',
  );
  await expect(redrive(url, '--status', 'failed', '--phone', '+905551234567')).rejects.toThrow(
    /^Send every failed message/,
  );
});

test('says nothing of delivery where no message was redriven', async () => {
  const { exitCode, err } = await redrive(await serverWith(), 'one', 'two');
  expect(exitCode).toBe(ExitCode.REFUSED);
  expect(err).toBe('');
});
