import type { LookupFunction } from 'node:net';
import { createSecureContext } from 'node:tls';
import { type Clock, InvalidOptionsError, type Message } from '@messaging-system/core';
import { checkOptions } from '@messaging-system/core/adapter';
import { SystemClock } from '@messaging-system/core/system-clock';
import { ADDRESS_POLICIES, type AddressPolicy } from './address-guard.ts';
import { GATEWAY_STATUSES } from './classify-answer.ts';
import { type EnvironmentProxies, isEnvironment } from './environment-proxies.ts';
import { contractOf, type RequestPlan, requestPlan } from './request-plan.ts';
import { type SignatureKey, signingKey } from './signing-key.ts';
import { type BodyFields, SENDER_OPTION_NAMES, type WebhookSenderOptions } from './webhook-sender-options.ts';

/** The options after every check, with the defaults filled in and as much as possible worked out once for all sends. */
export interface WebhookSettings {
  readonly url: URL;
  /** Those that are the same for every request: name, value, name, value. */
  readonly headers: readonly string[];
  readonly buildBody: (message: Message) => unknown;
  readonly plan: RequestPlan;
  readonly isAccepted: (status: number) => boolean;
  readonly isAmbiguous: (status: number) => boolean;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly connections: number;
  readonly keepAlive: boolean;
  readonly signingKeys: readonly SignatureKey[];
  readonly addressPolicy: AddressPolicy;
  readonly proxy: URL | EnvironmentProxies | null;
  readonly lookup: LookupFunction | undefined;
  readonly tls: NonNullable<WebhookSenderOptions['tls']>;
  readonly clock: Clock;
}

// A timer takes no more.
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** @throws InvalidOptionsError naming every problem, and no secret. */
export function webhookSettings(options: WebhookSenderOptions): WebhookSettings {
  checkOptions(options, SENDER_OPTION_NAMES);
  const problems: string[] = [];
  const {
    timeoutMs = 15_000,
    maxAnswerBytes = 65_536,
    connections = 256,
    keepAlive = true,
    addressPolicy = 'any',
  } = options;
  whole(problems, 'timeoutMs', timeoutMs, LONGEST_TIMEOUT_MS);
  whole(problems, 'maxAnswerBytes', maxAnswerBytes, Number.MAX_SAFE_INTEGER);
  whole(problems, 'connections', connections, Number.MAX_SAFE_INTEGER);
  if (!ADDRESS_POLICIES.includes(addressPolicy))
    problems.push(`addressPolicy must be one of ${ADDRESS_POLICIES.join(', ')}`);
  const proxy = proxyOf(problems, options.proxy);
  if (proxy !== null && addressPolicy === 'public')
    problems.push('proxy and addressPolicy public exclude each other: the proxy looks up the address');
  const clock = options.clock ?? new SystemClock();
  const isAccepted = acceptance(problems, options.acceptedStatuses);
  const isAmbiguous = ambiguity(problems, options);
  const { headers, ...plan } = requestPlan(problems, options, { isAccepted, isAmbiguous, clock });
  const isContract = contractOf(options) !== null;
  const url = isContract ? plan.url : urlOf(problems, 'url', options.url ?? '');
  if (isContract && options.fields !== undefined)
    problems.push('fields and contract exclude each other: give the body of the contract');
  if (isContract && options.acceptedStatuses !== undefined)
    problems.push('acceptedStatuses and contract exclude each other: give accept of the contract');
  const settings = {
    headers,
    plan,
    buildBody: bodyBuilder(problems, options),
    isAccepted,
    isAmbiguous,
    signingKeys: signingKeys(problems, options.signingSecrets ?? []),
  };
  tlsProblem(problems, options.tls);
  if (url === null || problems.length > 0) throw new InvalidOptionsError(problems);
  return {
    ...settings,
    url,
    timeoutMs,
    maxAnswerBytes,
    connections,
    keepAlive,
    addressPolicy,
    proxy,
    lookup: options.lookup,
    tls: options.tls ?? {},
    clock,
  };
}

function whole(problems: string[], name: string, value: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    problems.push(`${name} must be a whole number from 1 to ${most}, is ${value}`);
}

/** A key that belongs to another certificate, or a file that is none. */
function tlsProblem(problems: string[], tls: WebhookSenderOptions['tls']): void {
  if (tls === undefined) return;
  try {
    createSecureContext(tls);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    problems.push(`tls cannot be used (${code}): it must be PEM, and the key that of the certificate`);
  }
}

function proxyOf(problems: string[], given: WebhookSenderOptions['proxy']): WebhookSettings['proxy'] {
  if (given === undefined) return null;
  if (isEnvironment(given)) return environmentOf(problems, given);
  return urlOf(problems, 'proxy', given);
}

/** The proxies of an environment may carry a user name and a password, as they do for every other program. */
function environmentOf(problems: string[], given: EnvironmentProxies): EnvironmentProxies {
  for (const name of ['httpProxy', 'httpsProxy'] as const) {
    const url = given[name];
    if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      problems.push(`proxy.${name} is not a URL that begins with http:// or https://`);
  }
  return given;
}

// The given text is not repeated: a URL may carry secrets.
function urlOf(problems: string[], name: string, given: string | URL): URL | null {
  const url = URL.parse(String(given));
  const problem =
    url === null
      ? `${name} is not a URL`
      : url.protocol !== 'http:' && url.protocol !== 'https:'
        ? `${name} must begin with http:// or https://, begins with ${url.protocol}`
        : url.username !== '' || url.password !== ''
          ? `${name} must not carry a user name or a password: give the credentials as a header`
          : null;
  if (problem === null) return url;
  problems.push(problem);
  return null;
}

function bodyBuilder(
  problems: string[],
  { fields, buildBody }: WebhookSenderOptions,
): WebhookSettings['buildBody'] {
  if (fields !== undefined && buildBody !== undefined)
    problems.push('fields and buildBody exclude each other: give one of them');
  return buildBody ?? bodyOfFields(problems, fields ?? {});
}

function bodyOfFields(
  problems: string[],
  { to = 'to', content = 'content' }: BodyFields,
): WebhookSettings['buildBody'] {
  if (to === '' || content === '') problems.push('fields must have names');
  if (to === content) problems.push(`fields.to and fields.content must differ, are both ${to}`);
  return (message) => ({ [to]: message.phoneNumber, [content]: message.content });
}

function acceptance(
  problems: string[],
  statuses: readonly number[] | undefined,
): WebhookSettings['isAccepted'] {
  if (statuses === undefined) return (status) => status >= 200 && status < 300;
  if (statuses.length === 0) problems.push('acceptedStatuses must name at least one status');
  for (const status of statuses) {
    if (!Number.isInteger(status) || status < 200 || status > 599)
      problems.push(`acceptedStatuses must be statuses from 200 to 599, has ${status}`);
  }
  const accepted = new Set(statuses);
  return (status) => accepted.has(status);
}

function ambiguity(
  problems: string[],
  { ambiguousStatuses = [], acceptedStatuses = [] }: WebhookSenderOptions,
): WebhookSettings['isAmbiguous'] {
  for (const status of ambiguousStatuses) {
    if (!Number.isInteger(status) || status < 300 || status > 599)
      problems.push(`ambiguousStatuses must be statuses from 300 to 599, has ${status}`);
    else if (acceptedStatuses.includes(status))
      problems.push(`ambiguousStatuses and acceptedStatuses exclude each other, both have ${status}`);
  }
  const ambiguous = new Set([...GATEWAY_STATUSES, ...ambiguousStatuses]);
  return (status) => ambiguous.has(status);
}

function signingKeys(problems: string[], secrets: readonly string[]): readonly SignatureKey[] {
  return secrets.flatMap((secret, index) => {
    const key = signingKey(secret);
    if (key !== null) return [key];
    problems.push(
      `signingSecrets[${index}] is empty, or is not base64 after whsec_ (an ed25519 key after whsk_)`,
    );
    return [];
  });
}
