import type { Message } from '@messaging-system/core';
import type { SendContext } from '@messaging-system/core/adapter';
import { CONTENT_TYPES, compileBody } from './contract/body-encoder.ts';
import type { BodyEncoder, Compilation } from './contract/compilation.ts';
import { compileHeaders } from './contract/header-template.ts';
import { ENCODINGS, METHODS, type Method, type ProviderContract } from './contract/provider-contract.ts';
import type { Filling } from './contract/template.ts';
import { UnbuildableMessageError } from './contract/unbuildable-message-error.ts';
import { compileUrl, type RequestTarget } from './contract/url-template.ts';
import type { ResolvedContract } from './presets/resolve-contract.ts';
import { type BuilderSettings, type WebhookRequest, webhookHeaders } from './request-builder.ts';

/** Makes requests of messages; compiled once. */
export interface ContractRequest {
  readonly target: RequestTarget;
  readonly method: Method;
  /** @throws UnbuildableMessageError */
  readonly build: (
    message: Message,
    context: Pick<SendContext, 'attempt' | 'traceparent'>,
    settings: Pick<BuilderSettings, 'clock' | 'signingKeys'>,
  ) => WebhookRequest;
}

export interface RequestParts {
  /** Headers that are the same for every request, in pairs: those that the contract does not name are sent. */
  readonly staticHeaders: readonly string[];
  readonly isSigned: boolean;
  /** In place of the contract's body. Its result is written with the contract's encoding. */
  readonly buildBody: ((message: Message) => unknown) | undefined;
}

/** Null where something is wrong, which is reported. */
export function compileRequest(
  { contract, preset, url, blanks }: ResolvedContract,
  { staticHeaders, isSigned, buildBody }: RequestParts,
  report: Compilation['report'],
): ContractRequest | null {
  const compilation: Compilation = { blanks, report };
  const { method = 'POST', encoding = 'json' } = contract;
  if (!METHODS.includes(method)) report('method', `must be one of ${METHODS.join(', ')}`);
  if (!ENCODINGS.includes(encoding)) report('encoding', `must be one of ${ENCODINGS.join(', ')}`);
  if (url === undefined) report('url', 'is missing');
  const target = url === undefined ? null : compileUrl(url, compilation);
  const encode = ENCODINGS.includes(encoding) ? encoderOf(contract, buildBody, compilation) : null;
  const writers = compileHeaders(contract.headers ?? {}, compilation);
  if (target === null || encode === null) return null;
  const hasBody = method !== 'GET';
  const fixed = fixedHeaders(staticHeaders, hasBody ? CONTENT_TYPES[encoding] : null, writers);
  const hasWebhookHeaders = preset.webhookHeaders || isSigned;
  return {
    target,
    method,
    build: (message, context, settings) => {
      const filling: Filling = { message, attempt: context.attempt, now: settings.clock.now() };
      if (preset.jsonContent === true && !isJson(message.content))
        throw new UnbuildableMessageError('content_not_json');
      const body = encode(filling);
      const headers = [...fixed];
      for (const write of writers.values()) write(filling, headers);
      if (hasWebhookHeaders) webhookHeaders(headers, message, context, body, settings);
      return { headers, body: hasBody ? body : '', method, path: target.path(filling) };
    },
  };
}

function encoderOf(
  { method, body, encoding = 'json' }: ProviderContract,
  buildBody: RequestParts['buildBody'],
  compilation: Compilation,
): BodyEncoder | null {
  if (buildBody !== undefined) {
    const write = encoding === 'form' ? formText : encoding === 'json' ? jsonText : String;
    return ({ message }) => write(buildBody(message));
  }
  if (method === 'GET') {
    if (body !== undefined) compilation.report('body', 'is not sent with the method GET; use holes in url');
    return () => '';
  }
  if (body !== undefined) return compileBody(body, encoding, compilation);
  compilation.report('body', 'is missing');
  return null;
}

function jsonText(body: unknown): string {
  // Undefined where it can't be encoded (a function, say), which the type leaves out.
  const text: string | undefined = JSON.stringify(body);
  if (text === undefined) throw new TypeError('the body can not be encoded as JSON');
  return text;
}

function formText(body: unknown): string {
  if (typeof body !== 'object' || body === null) throw new TypeError('the body is not a map of fields');
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries<unknown>({ ...body }))
    for (const one of Array.isArray(value) ? value : [value]) form.append(name, String(one));
  return form.toString();
}

function fixedHeaders(
  given: readonly string[],
  contentType: string | null,
  writers: ReadonlyMap<string, unknown>,
): readonly string[] {
  const fixed: string[] = [];
  for (let at = 0; at < given.length; at += 2) {
    const name = given[at] ?? '';
    const value = name === 'content-type' ? contentType : (given[at + 1] ?? '');
    if (!writers.has(name) && value !== null) fixed.push(name, value);
  }
  return fixed;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
