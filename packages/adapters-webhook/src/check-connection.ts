import { TLSSocket } from 'node:tls';
import { connectionsTo } from './connections.ts';
import { connectorTo } from './connector.ts';
import { isEnvironment } from './environment-proxies.ts';
import { ProxyError } from './fault-reason.ts';
import type { WebhookSenderOptions } from './webhook-sender-options.ts';
import { type WebhookSettings, webhookSettings } from './webhook-settings.ts';

export interface CheckedConnection {
  /** Why the certificate is not valid, where the process does not verify certificates (`NODE_TLS_REJECT_UNAUTHORIZED=0`). */
  readonly certificateProblem: string | null;
}

/**
 * Opens one connection exactly as a sender with these options does (address policy, look-up, TLS, proxy), and closes it. Sends nothing.
 * @throws InvalidOptionsError naming every problem; the fault of the socket, the look-up or the policy (`code` is `ADDRESS_REFUSED`)
 */
export async function checkConnection(options: WebhookSenderOptions): Promise<CheckedConnection> {
  const settings = webhookSettings(options);
  if (settings.proxy !== null && isEnvironment(settings.proxy)) return await checkByAgent(settings);
  const { protocol, hostname, port, host } = settings.proxy ?? settings.url;
  const target = { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port, host };
  const connect = connectorTo(settings);
  return await new Promise<CheckedConnection>((resolve, reject) => {
    connect(target, (fault, socket) => {
      if (fault !== null) return reject(fault);
      const isUntrusted = socket instanceof TLSSocket && !socket.authorized;
      resolve({ certificateProblem: isUntrusted ? String(socket.authorizationError) : null });
      return void socket.destroy();
    });
  });
}

const UNWRITTEN = 'connected, and not to be written';

/** Only the agent knows which proxy of the environment it takes: it connects for a request that is dropped before it is written. */
async function checkByAgent(settings: WebhookSettings): Promise<CheckedConnection> {
  const { origin } = settings.url;
  const connections = connectionsTo(settings, origin);
  try {
    return await new Promise<CheckedConnection>((resolve, reject) => {
      connections.dispatch(
        { origin, path: '/', method: 'POST' },
        {
          onRequestStart: () => {
            resolve({ certificateProblem: null });
            throw new Error(UNWRITTEN);
          },
          onResponseError: (_controller, fault) => reject(fault instanceof ProxyError ? fault.cause : fault),
        },
      );
    });
  } finally {
    await connections.destroy();
  }
}
