import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openHttpServer } from '../../src/composition/open-http-server.ts';
import { heldReceiver } from '../support/held-receiver.ts';
import { loaded } from '../support/load.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { temporaryHome } from '../support/temporary-home.ts';

function keepAliveAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

async function answer(agent: Agent, url: string): Promise<IncomingMessage> {
  const [response]: IncomingMessage[] = await once(get(url, { agent }), 'response');
  if (response === undefined) throw new Error('no response');
  await response.resume().toArray();
  return response;
}

test('responses say Connection: close from the beginning of a drain, so that no request meets a closing connection', async () => {
  const receiver = await heldReceiver();
  const { server, post } = await openInProcess({ CLIENT_URL: receiver.url });
  const agent = keepAliveAgent();
  const health = `${server.url}/healthz`;
  expect((await answer(agent, health)).headers.connection).toBe('keep-alive');

  await post('/messages', { phoneNumber: '+905551234567', content: 'Hello' });
  await expect.poll(receiver.waiting).toBe(1);
  const closed = server[Symbol.asyncDispose]();
  for (let request = 0; request < 5; request += 1) {
    expect((await answer(agent, health)).headers.connection).toBe('close');
  }
  receiver.release();
  await closed;
});

test('a response that was begun before a drain says Connection: close as well', async () => {
  await using lifetimes = new AsyncDisposableStack();
  const { config } = loaded({ SERVER_PORT: '0' }, temporaryHome());
  const http = await openHttpServer(config.server, lifetimes);
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<Response>();
  http.serve(() => {
    begun.resolve();
    return held.promise;
  });
  const response = answer(keepAliveAgent(), http.url);
  await begun.promise;
  http.endKeepAlive();
  held.resolve(new Response('done'));
  expect((await response).headers.connection).toBe('close');
});
