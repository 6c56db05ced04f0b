import { messageOf } from '../command-error.ts';
import type { Webhook } from '../host.ts';
import { type Check, failed, ok, receiverAdvice, skipped, warning } from './check.ts';

const NAME = 'webhook';
const PATIENCE_MS = 4_000;

/** Opens a connection as the deliveries do: same look-up, address policy, TLS and proxy. Nothing is sent through it. */
export async function checkWebhook(webhook: Webhook): Promise<Check> {
  if (webhook.isSandbox) {
    return skipped(NAME, 'none: deliveries go to the sandbox inside the server. CLIENT_URL names yours');
  }
  const { protocol, host } = webhook.connectsTo;
  const to = `deliveries go to ${webhook.shown}${webhook.isThroughProxy ? ' through a proxy' : ''}`;
  const began = performance.now();
  let certificateProblem: string | null;
  try {
    ({ certificateProblem } = await webhook.tryConnection(PATIENCE_MS));
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
  const reached = `${to}; ${host} can be reached (${Math.round(performance.now() - began)} ms)`;
  if (webhook.isKeyInTheClear) {
    return warning(
      NAME,
      `${reached}, without TLS`,
      `Others can read ${webhook.credentials} on the way: use https.`,
    );
  }
  const certificate = protocol === 'https:' ? ', its certificate is valid' : '';
  return ok(NAME, `${reached}${certificate}; no message was sent`);
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
