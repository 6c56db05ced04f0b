import { checkConnection } from '@messaging-system/adapters-webhook';
import { SystemClock } from '@messaging-system/core/system-clock';
import { webhookOptions } from '../../composition/webhook-sender.ts';
import type { Config } from '../../config/config.ts';
import { isLoopback } from '../../config/host.ts';
import { shownTarget, webhookTarget } from '../../config/webhook-target.ts';
import { messageOf } from '../command-error.ts';
import { type Check, failed, ok, receiverAdvice, skipped, warning } from './check.ts';

const NAME = 'webhook';
const PATIENCE_MS = 4_000;
// Only the sandbox has the address of the server.
const NOWHERE = 'http://127.0.0.1';

/** Opens a connection as the deliveries do: same look-up, address policy, TLS and proxy. Nothing is sent through it. */
export async function checkWebhook(config: Config): Promise<Check> {
  const { client } = config;
  const webhook = webhookTarget(config, NOWHERE);
  if (webhook.isSandbox) {
    return skipped(NAME, 'none: deliveries go to the sandbox inside the server. CLIENT_URL names yours');
  }
  const { protocol, host } = new URL(client.proxy ?? webhook.url);
  const via = client.proxy === undefined ? '' : ' through a proxy';
  const to = `deliveries go to ${shownTarget(webhook)}${via}`;
  const isTls = protocol === 'https:';
  const options = webhookOptions(config, webhook, new SystemClock());
  const began = performance.now();
  let certificateProblem: string | null;
  try {
    ({ certificateProblem } = await checkConnection({
      ...options,
      timeoutMs: Math.min(options.timeoutMs, PATIENCE_MS),
    }));
  } catch (error) {
    return failed(NAME, `${to}; ${host} cannot be reached: ${messageOf(error)}`, adviceFor(error));
  }
  if (certificateProblem !== null) {
    return warning(
      NAME,
      `${to}; ${host} can be reached, but its certificate is not valid (${certificateProblem})`,
      'Certificates are not verified here, nor for deliveries: unset NODE_TLS_REJECT_UNAUTHORIZED.',
    );
  }
  const took = `${Math.round(performance.now() - began)} ms`;
  if (client.apiKey !== undefined && isInTheClear(webhook.url, client.proxy)) {
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

/** Whether others could read what is sent. Nobody else can read a connection that stays on this machine. */
function isInTheClear(url: string, proxy: string | undefined): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== 'https:' && (proxy !== undefined || !isLoopback(hostname.replace(/^\[|\]$/g, '')));
}

function adviceFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ADDRESS_REFUSED') return receiverAdvice('address_refused');
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'The owner of the receiver has to renew its certificate. If it is valid, the clock of this machine is wrong.';
  if (/CERT|SSL|TLS|SELF_SIGNED|VERIFY/.test(code))
    return "Check the receiver's certificate; NODE_EXTRA_CA_CERTS adds an authority of your own.";
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return receiverAdvice('dns');
  return receiverAdvice(code === 'ECONNREFUSED' ? 'connection_refused' : 'unreachable');
}
