import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { cancelCommand } from '../src/commands/cancel.ts';
import { connect } from '../src/connection/connect.ts';
import { capturedOutput } from './captured-output.ts';
import { NO_HOST } from './no-host.ts';

/** The output of `cancel` for a message that the server answers with. */
async function cancelled(message: object): Promise<string> {
  const server = createServer((_, outgoing) => outgoing.end(JSON.stringify(message)));
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  // An address that is neither a pipe nor null.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { output, written } = capturedOutput(false, false);
  const command = cancelCommand(async (options, work) => {
    await using lifetimes = new AsyncDisposableStack();
    await work({
      output,
      host: NO_HOST,
      lifetimes,
      connect: () => connect(NO_HOST, options, lifetimes, false),
    });
  });
  await command.parseAsync(['one', '--url', url, '--api-key', 'key'], { from: 'user' });
  return written.out;
}

test.each<[string, object, string]>([
  ['that was never sent', { history: [], lostLeases: 0 }, 'one  cancelled\n'],
  [
    'whose attempts certainly did not arrive',
    { history: [{ outcome: 'retryable' }], lostLeases: 0 },
    'one  cancelled\n',
  ],
  [
    'with an ambiguous attempt',
    { history: [{ outcome: 'ambiguous' }, { outcome: 'retryable' }], lostLeases: 0 },
    'one  cancelled; an earlier attempt may have arrived\n',
  ],
  [
    'with an interrupted attempt',
    { history: [], lostLeases: 1 },
    'one  cancelled; an earlier attempt may have arrived\n',
  ],
])('says of a cancelled message %s what is known', async (_, message, printed) => {
  expect(await cancelled(message)).toBe(printed);
});
