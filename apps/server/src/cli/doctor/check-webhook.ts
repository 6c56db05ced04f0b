import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { shownTarget, webhookTarget } from '../../composition/webhook-target.ts';
import type { Config } from '../../config/config.ts';
import { timeoutSignal } from '../connection/timeout-signal.ts';
import { type Check, failed, ok, skipped, warning } from './check.ts';
import { messageOf } from './message-of.ts';

const NAME = 'webhook';
const PATIENCE_MS = 5_000;
// Only the sandbox has the address of the server.
const NOWHERE = 'http://127.0.0.1';

/** Resolves the name and opens a connection, with TLS where the URL wants it; to the proxy where there is one. Nothing is sent through it. */
export async function checkWebhook(config: Config): Promise<Check> {
  const { client } = config;
  const webhook = webhookTarget(config, NOWHERE);
  if (webhook.isSandbox) {
    return skipped(NAME, 'none: deliveries go to the sandbox inside the server. CLIENT_URL names yours');
  }
  const { protocol, hostname, port, host } = new URL(client.proxy ?? webhook.url);
  const via = client.proxy === undefined ? '' : ' through a proxy';
  const to = `deliveries go to ${shownTarget(webhook)}${via}`;
  const isTls = protocol === 'https:';
  const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (isTls ? 443 : 80)) };
  const began = performance.now();
  const socket = isTls ? connectTls({ ...target, servername: serverName(target.host) }) : connect(target);
  try {
    await opened(socket, isTls ? 'secureConnect' : 'connect');
  } catch (error) {
    return failed(NAME, `${to}; ${host} cannot be reached: ${messageOf(error)}`, adviceFor(error));
  } finally {
    socket.destroy();
  }
  if (socket instanceof TLSSocket && !socket.authorized) {
    return warning(
      NAME,
      `${to}; ${host} can be reached, but its certificate is not valid (${socket.authorizationError})`,
      'Certificates are not verified here, nor for deliveries: unset NODE_TLS_REJECT_UNAUTHORIZED.',
    );
  }
  const took = `${Math.round(performance.now() - began)} ms`;
  if (client.apiKey !== undefined && !webhook.url.startsWith('https:')) {
    return warning(
      NAME,
      `${to}; ${host} can be reached (${took}), without TLS`,
      'client.apiKey is sent in the clear: use https.',
    );
  }
  return ok(
    NAME,
    `${to}; ${host} can be reached (${took})${isTls ? ', its certificate is valid' : ''}; no message was sent`,
  );
}

async function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  const signal = timeoutSignal(PATIENCE_MS);
  try {
    await once(socket, event, { signal });
  } catch (error) {
    throw signal.aborted ? new Error(`no connection within ${PATIENCE_MS / 1000} s`) : error;
  }
}

// Server names are names: an address must not stand there (RFC 6066, section 3).
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}

function adviceFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'Nobody knows this name: check client.url and the DNS of this machine.';
  if (code === 'ECONNREFUSED')
    return 'Nothing listens there: check the port of client.url, and that the receiver runs.';
  if (/CERT|SSL|TLS|SELF_SIGNED|VERIFY/.test(code))
    return "Check the receiver's certificate; NODE_EXTRA_CA_CERTS adds an authority of your own.";
  return 'Check client.url, and that a firewall or proxy lets this machine out.';
}
