import type { Clock } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import { onTestFinished } from 'vitest';
import { type OpenServer, openServer } from '../../src/composition/open-server.ts';
import type { Environment } from '../../src/config/read-environment.ts';
import { secretsOf } from '../../src/config/secrets-of.ts';
import { type CapturedLog, capturedLog } from './captured-log.ts';
import { loaded } from './load.ts';
import { temporaryHome } from './temporary-home.ts';

export interface ServerInProcess extends CapturedLog {
  readonly server: OpenServer;
  get<Body>(path: string): Promise<Answer<Body>>;
  post<Body>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<Body>>;
}

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** The server on a free port, in this process; closed when the test is over. */
export async function openInProcess(
  environment: Environment = {},
  home: string = temporaryHome(),
  clock: Clock = new SystemClock(),
): Promise<ServerInProcess> {
  const { config } = loaded({ SERVER_PORT: '0', ...environment }, home);
  const captured = capturedLog(secretsOf(config));
  const server = await openServer(config, captured.log, clock);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return {
    ...captured,
    server,
    get: (path) => answer(fetch(server.url + path)),
    post: (path, body, headers = {}) =>
      answer(
        fetch(server.url + path, {
          method: 'POST',
          headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
  };
}

async function answer<Body>(pending: Promise<Response>): Promise<Answer<Body>> {
  const response = await pending;
  // The caller names the shape that it expects; its assertions check.
  return { status: response.status, body: (await response.json()) as Body };
}
