import { type EnqueueRequest, type Message, Messages } from '@messaging-system/core';
import type { ClaimedMessage, MessageRepository, Settlement } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import { expect } from 'vitest';
import {
  type ApiKeysOption,
  createHttpApp,
  type HttpApp,
  type HttpAppDependencies,
  type HttpFault,
} from '../../src/index.ts';
import { DocumentedAnswers } from './documented-answers.ts';
import { FakeDispatcher } from './fake-dispatcher.ts';

export const START: number = Date.parse('2030-01-01T00:00:00.000Z');
export const PHONE = '+905551234567';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** An app over the in-memory store; every answer is held against the app's own OpenAPI document. */
export interface World {
  readonly app: HttpApp;
  readonly clock: ManualClock;
  readonly repository: InMemoryMessageRepository;
  readonly messages: Messages;
  readonly dispatcher: FakeDispatcher;
  readonly faults: HttpFault[];
  call(path: string, init?: RequestInit): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export type WorldOptions = Partial<HttpAppDependencies> & {
  /** Replaces operations of the store. */
  readonly store?: Partial<MessageRepository>;
};

export function createWorld({ store = {}, ...given }: WorldOptions = {}): World {
  const clock = new ManualClock(START);
  const repository = new InMemoryMessageRepository(new SeededRandom(1));
  Object.assign(repository, store);
  const messages = new Messages({ repository, clock });
  const dispatcher = new FakeDispatcher();
  const faults: HttpFault[] = [];
  const app = createHttpApp({
    messages,
    dispatcher,
    clock,
    apiKeys: 'none',
    onFault: (fault) => faults.push(fault),
    ...given,
  });
  let documented: DocumentedAnswers | undefined;

  async function call(path: string, init: RequestInit = {}): Promise<Answer> {
    documented ??= await readDocument(app, given.apiKeys);
    const response = await app.request(path, init);
    const text = await response.text();
    const method = init.method ?? 'GET';
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const pathname = new URL(`http://localhost${path}`).pathname;
    if (method !== 'HEAD') {
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(documented.problemOf(method, pathname, response.status, body)).toBeUndefined();
    }
    return { status: response.status, headers: response.headers, text, body };
  }

  return {
    app,
    clock,
    repository,
    messages,
    dispatcher,
    faults,
    call,
    post: (path, body, headers = {}) =>
      call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

// Most worlds have the same document, and to compile its schemas costs more than the rest of a world.
const read = new Map<string, DocumentedAnswers>();

async function readDocument(app: HttpApp, apiKeys: ApiKeysOption = 'none'): Promise<DocumentedAnswers> {
  const [first] = apiKeys === 'none' ? [] : apiKeys;
  const key = typeof first === 'string' ? first : first?.key;
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const text = await (await app.request('/openapi.json', { headers })).text();
  const known = read.get(text) ?? new DocumentedAnswers(JSON.parse(text));
  read.set(text, known);
  return known;
}

export async function enqueued(world: World, request: Partial<EnqueueRequest> = {}): Promise<Message> {
  const result = await world.messages.enqueue({ phoneNumber: PHONE, content: 'Hello', ...request });
  if (result.kind !== 'stored') throw new Error(`could not arrange a message: ${result.kind}`);
  return result.message;
}

export async function leased(world: World): Promise<ClaimedMessage> {
  const now = world.clock.now();
  const claim = { now, leasedUntil: now + 60_000, leaseToken: 'token', journals: false, limit: 1 };
  const [claimed] = await world.repository.claimDue(claim);
  if (claimed === undefined) throw new Error('could not arrange a lease: nothing is due');
  return claimed;
}

/** Enqueues a message and brings it to the status that the settlement says. */
export async function settled(
  world: World,
  settlement: (id: string, at: number) => Settlement,
  request: Partial<EnqueueRequest> = {},
): Promise<Message> {
  const { id } = await enqueued(world, request);
  await leased(world);
  await world.repository.settle('token', [settlement(id, world.clock.now())]);
  const message = await world.repository.findById(id);
  if (message === null) throw new Error('could not arrange a settled message: it is gone');
  return message;
}

export function accepted(webhookMessageId: string | null = 'w-1'): (id: string, at: number) => Settlement {
  return (id, at) => ({
    kind: 'ack',
    id,
    attempt: { attempt: 1, startedAt: at - 250, durationMs: 250, outcome: 'accepted', reason: null },
    sentAt: at,
    webhookMessageId,
    settledAt: at,
  });
}

export function givenUp(id: string, at: number): Settlement {
  return {
    kind: 'deadLetter',
    id,
    attempt: { attempt: 1, startedAt: at, durationMs: 5, outcome: 'permanent', reason: 'http_400' },
    reason: 'http_400',
    settledAt: at,
  };
}

export function putOff(id: string, at: number): Settlement {
  return {
    kind: 'nack',
    id,
    attempt: { attempt: 1, startedAt: at, durationMs: 5, outcome: 'retryable', reason: 'http_500' },
    availableAt: at + 36_000_000,
    inDoubt: false,
    reason: 'http_500',
  };
}

export function held(id: string, at: number): Settlement {
  return { kind: 'hold', id, attempt: null, reason: 'timeout', settledAt: at };
}
