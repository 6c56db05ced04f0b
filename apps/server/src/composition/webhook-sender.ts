import {
  KyWebhookSender,
  UndiciWebhookSender,
  type WebhookSenderOptions,
} from '@messaging-system/adapters-webhook';
import { type Clock, InvalidOptionsError } from '@messaging-system/core';
import { clientContract } from '../config/client-contract.ts';
import type { Config } from '../config/config.ts';
import { environmentProxies } from '../config/environment-proxies.ts';
import { readSecretFile } from '../config/read-environment.ts';
import { secretsOf } from '../config/secrets-of.ts';
import type { WebhookTarget } from '../config/webhook-target.ts';

export type ClosableSender = KyWebhookSender | UndiciWebhookSender;

/** Opens no connection. @throws InvalidOptionsError for what the configuration could not know to be wrong, with the names of its settings */
export function webhookSender(config: Config, target: WebhookTarget, clock: Clock): ClosableSender {
  try {
    const options = webhookOptions(config, target, clock);
    return config.client.transport === 'undici'
      ? new UndiciWebhookSender(options)
      : new KyWebhookSender(options);
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    throw new InvalidOptionsError(error.problems.map(asSetting));
  }
}

/** `contract.body.To is …` of the sender is `client.body.To is …` here. */
function asSetting(problem: string): string {
  return problem.replace(
    /^(?:contract\.)?(?=(?:preset|with|method|encoding|headers|body|auth|tls|accept|reject|messageId|keepResponses|url)\b)/,
    'client.',
  );
}

/** How deliveries are made. Doctor opens its connection with the same options. @throws InvalidOptionsError for a file that cannot be read */
export function webhookOptions(config: Config, target: WebhookTarget, clock: Clock) {
  const { client } = config;
  const { url, isSandbox } = target;
  return {
    url,
    contract: isSandbox ? undefined : clientContract(config),
    auth: isSandbox ? undefined : client.auth,
    keepResponses: client.keepResponses,
    secrets: secretsOf(config),
    apiKey: client.apiKey,
    apiKeyHeader: client.apiKeyHeader,
    timeoutMs: client.timeout,
    ambiguousStatuses: client.ambiguousStatuses,
    keepAlive: client.keepAlive,
    signingSecrets: client.signingSecret,
    tls: tlsOf(client.tls),
    // The sandbox is on this machine, which `public` would refuse and a proxy would not find.
    addressPolicy: isSandbox ? ('any' as const) : client.addressPolicy,
    proxy: isSandbox ? undefined : client.proxy === 'environment' ? environmentProxies() : client.proxy,
    clock,
  } satisfies WebhookSenderOptions;
}

const TLS_FILES: readonly string[] = ['ca', 'cert', 'key'];

function tlsOf(files: Config['client']['tls']): WebhookSenderOptions['tls'] {
  if (files === undefined) return undefined;
  const problems: string[] = [];
  const read = Object.entries<unknown>({ ...files }).map(([name, path]) => {
    if (!TLS_FILES.includes(name)) problems.push(`tls.${name} is unknown; there are ${TLS_FILES.join(', ')}`);
    if (typeof path !== 'string') problems.push(`tls.${name} must be the path of a file`);
    const reading = readSecretFile(String(path));
    if ('problem' in reading) problems.push(`tls.${name}: ${reading.problem}`);
    return [name, 'value' in reading ? reading.value : ''] as const;
  });
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return Object.fromEntries(read);
}
