import type { Message } from '@messaging-system/core';
import type { SendContext, SendOutcome } from '@messaging-system/core/adapter';
import { authProblems, authSecrets, type ClientCredentials, staticAuthHeader } from './auth/request-auth.ts';
import { type Answer, type AnswerRules, classifyAnswer } from './classify-answer.ts';
import { KEEP_RESPONSES, type KeepResponses } from './contract/provider-contract.ts';
import { ResponseKeeper } from './contract/response-keeper.ts';
import { compileRules, type ResponseRules } from './contract/response-rules.ts';
import { SecretMask } from './contract/secret-mask.ts';
import { compileRequest } from './contract-request.ts';
import { type ContractChoice, type ResolvedContract, resolveContract } from './presets/resolve-contract.ts';
import { type BuilderSettings, buildRequest, type WebhookRequest } from './request-builder.ts';
import { finisher, type RequestFinisher, readingHook } from './request-hooks.ts';
import { staticHeaders } from './static-headers.ts';
import type { WebhookSenderOptions } from './webhook-sender-options.ts';

/** How requests are made and their responses read: worked out once for all sends. */
export interface RequestPlan {
  /** For a contract's URL, with holes in it; null where the URL is the same for all. */
  readonly url: URL | null;
  /** @throws what `buildBody` throws, and UnbuildableMessageError */
  readonly build: (
    message: Message,
    context: Pick<SendContext, 'attempt' | 'traceparent'>,
    settings: BuilderSettings,
  ) => WebhookRequest;
  /** Work that has to be waited for before a request is made; null if there is none. */
  readonly finish: RequestFinisher | null;
  readonly credentials: ClientCredentials | null;
  /** Whether the body of a response with the status is read at all. */
  readonly keepsBody: (status: number) => boolean;
  /** Whether its body is waited for as long as the send may take, because a rule needs it. */
  readonly needsBody: (status: number) => boolean;
  /** @param secrets of this moment, to be taken out of what is kept */
  readonly outcomeOf: (answer: Answer, secrets: readonly string[]) => SendOutcome;
  /** Takes the configured secrets out of a text. */
  readonly mask: SecretMask;
  /** Whether the URL is a credential. */
  readonly isUrlSecret: boolean;
}

/** The contract; null if it is the usual request and nothing else. */
export function contractOf({ contract }: Pick<WebhookSenderOptions, 'contract'>): ContractChoice | null {
  if (contract === undefined) return null;
  const given = Object.entries(contract).filter(([, value]) => value !== undefined);
  return given.every(([name, value]) => name === 'preset' && value === 'go-service') ? null : contract;
}

export function requestPlan(
  problems: string[],
  options: WebhookSenderOptions,
  usual: AnswerRules,
): RequestPlan & { readonly headers: readonly string[] } {
  const choice = contractOf(options);
  const report = (path: string, problem: string): void => {
    problems.push(`${path === 'url' ? 'url' : `contract.${path}`} ${problem}`);
  };
  const { keepResponses = choice === null ? 'none' : 'failures' } = options;
  if (!KEEP_RESPONSES.includes(keepResponses))
    problems.push(`keepResponses must be one of ${KEEP_RESPONSES.join(', ')}`);
  const resolved =
    choice === null
      ? null
      : resolveContract(choice, options.url === undefined ? undefined : String(options.url), report);
  const auth = authOf(problems, options, resolved);
  const headers = staticHeaders(problems, options, staticAuthHeader(auth));
  const isSigned = (options.signingSecrets ?? []).length > 0;
  const request =
    resolved === null
      ? null
      : compileRequest(resolved, { staticHeaders: headers, isSigned, buildBody: options.buildBody }, report);
  const rules = resolved === null ? usualRules(usual) : compileRules(resolved.contract, usual, report);
  const isUrlSecret = resolved?.preset.secretUrl === true;
  const mask = new SecretMask(secretsOf(options, auth, isUrlSecret));
  return {
    headers,
    url: request?.target.url ?? null,
    build: request?.build ?? buildRequest,
    finish: finisher(options),
    credentials: auth.kind === 'oauth2' ? auth : null,
    keepsBody: bodiesKept(usual, rules, keepResponses, options.readResponse !== undefined),
    needsBody: options.readResponse === undefined ? rules.needsBody : () => true,
    outcomeOf: reader(rules, options, keepResponses, mask),
    mask,
    isUrlSecret,
  };
}

function usualRules(usual: AnswerRules): ResponseRules {
  return { needsBody: () => false, read: (answer) => classifyAnswer(answer, usual) };
}

function bodiesKept(
  { isAccepted }: AnswerRules,
  { needsBody }: ResponseRules,
  keepResponses: KeepResponses,
  isHooked: boolean,
): RequestPlan['keepsBody'] {
  if (isHooked || keepResponses !== 'none') return () => true;
  return (status) => isAccepted(status) || needsBody(status);
}

function reader(
  { read }: ResponseRules,
  { readResponse }: WebhookSenderOptions,
  keepResponses: KeepResponses,
  mask: SecretMask,
): RequestPlan['outcomeOf'] {
  const decided = readResponse === undefined ? read : readingHook(readResponse, read);
  if (keepResponses === 'none') return decided;
  const keeper = new ResponseKeeper(keepResponses, mask);
  return (answer, secrets) => keeper.withResponse(decided(answer), answer, secrets);
}

const NO_AUTH = { kind: 'none' } as const;

function authOf(
  problems: string[],
  { auth, apiKey }: WebhookSenderOptions,
  resolved: ResolvedContract | null,
): NonNullable<WebhookSenderOptions['auth']> {
  const asked = resolved?.preset.auth ?? null;
  if (asked !== null && apiKey !== undefined) problems.push('apiKey is not for this preset: give auth');
  if (auth === undefined) {
    if (asked !== null) problems.push(`auth is missing; for this preset it is ${asked.example}`);
    return NO_AUTH;
  }
  const wrong = authProblems(auth);
  problems.push(...wrong.map(({ path, problem }) => `${path} ${problem}`));
  if (asked !== null && auth.kind === 'none')
    problems.push(`auth must not be none; for this preset it is ${asked.example}`);
  return wrong.length === 0 ? auth : NO_AUTH;
}

function secretsOf(
  { apiKey, signingSecrets = [], secrets = [], url }: WebhookSenderOptions,
  auth: NonNullable<WebhookSenderOptions['auth']>,
  isUrlSecret: boolean,
): readonly string[] {
  const ofUrl = isUrlSecret && url !== undefined ? URL.parse(String(url)) : null;
  return [
    ...(apiKey === undefined ? [] : [apiKey]),
    ...signingSecrets,
    ...secrets,
    ...authSecrets(auth),
    ...(ofUrl === null ? [] : [ofUrl.href, ofUrl.pathname, ...ofUrl.pathname.split('/').slice(-1)]),
  ];
}
