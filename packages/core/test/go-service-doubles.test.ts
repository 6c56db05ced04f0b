import { describe, expect, test } from 'vitest';
import { type StoredMessage, storedFrom, type WebhookSender } from '../src/adapter.ts';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '../src/in-memory/index.ts';
import { Dispatcher } from '../src/index.ts';
import { MINUTE, T0 } from './support/builders.ts';
import {
  HeadBlockingRepository,
  StatusBlindSender,
  TimeForgettingRepository,
  UnclaimingRepository,
} from './support/go-service-doubles.ts';
import { HTTP_500, ScriptedSender } from './support/scripted-sender.ts';

interface Startable {
  start(): void;
}

/** A service made of the parts; a double replaces one of them. */
interface Parts {
  readonly repository?: (messages: readonly StoredMessage[]) => InMemoryMessageRepository;
  readonly sender?: (sender: WebhookSender) => WebhookSender;
  readonly service?: (newDispatcher: () => Dispatcher) => Startable;
}

interface Right {
  readonly fact: string;
  /** Throws when the service is wrong. */
  readonly holds: (parts: Parts) => Promise<void>;
  readonly double: string;
  readonly wrong: Parts;
}

function messages(...contents: readonly string[]): readonly StoredMessage[] {
  return contents.map((content, index) =>
    storedFrom(`65f00000000000000000000${index}`, {
      phoneNumber: '+905551111111',
      content,
      idempotencyKey: null,
      sendAt: null,
      expiresAt: null,
      createdAt: T0,
    }),
  );
}

function filled(
  repository: InMemoryMessageRepository,
  stored: readonly StoredMessage[],
): InMemoryMessageRepository {
  for (const message of stored) repository.put(message);
  return repository;
}

function open(parts: Parts, stored: readonly StoredMessage[]) {
  const clock = new ManualClock(T0);
  const scripted = new ScriptedSender(() => clock.now(), 15_000);
  const repository =
    parts.repository?.(stored) ?? filled(new InMemoryMessageRepository(new SeededRandom()), stored);
  const sender = parts.sender?.(scripted) ?? scripted;
  let seed = 0;
  const newDispatcher = (): Dispatcher => {
    seed += 1;
    return new Dispatcher({ repository, sender, clock, random: new SeededRandom(seed) });
  };
  const newService = (): Startable => parts.service?.(newDispatcher) ?? newDispatcher();
  return { clock, repository, receiver: scripted, newService };
}

const RIGHTS: readonly Right[] = [
  {
    fact: 'a 500 does not become sent',
    double: 'a sender that looks at no status',
    wrong: { sender: (sender) => new StatusBlindSender(sender) },
    async holds(parts) {
      const { clock, repository, receiver, newService } = open(parts, messages('one'));
      receiver.always(HTTP_500);
      newService().start();
      await clock.advance(0);
      expect(receiver.calls).toHaveLength(1);
      expect((await repository.counts()).sent.count).toBe(0);
    },
  },
  {
    fact: 'two undeliverable messages at the head do not block the queue',
    double: 'a repository that leaves what is undeliverable at the head',
    wrong: { repository: (stored) => filled(new HeadBlockingRepository(new SeededRandom()), stored) },
    async holds(parts) {
      const { clock, receiver, newService } = open(parts, messages('', '', 'behind'));
      newService().start();
      await clock.advance(10 * MINUTE);
      expect(receiver.contents).toEqual(['behind']);
    },
  },
  {
    fact: 'sentAt is stored',
    double: 'a repository that does not say when',
    wrong: { repository: (stored) => filled(new TimeForgettingRepository(new SeededRandom()), stored) },
    async holds(parts) {
      const [stored, ...none] = messages('one');
      if (stored === undefined) throw new Error('no message');
      const { clock, repository, newService } = open(parts, [stored, ...none]);
      newService().start();
      await clock.advance(0);
      expect((await repository.findById(stored.message.id))?.sentAt).toBe(T0);
    },
  },
  {
    fact: 'two processes never send the same message',
    double: 'a repository that reads without claiming',
    wrong: { repository: (stored) => new UnclaimingRepository(stored) },
    async holds(parts) {
      const { clock, receiver, newService } = open(parts, messages('one', 'two', 'three', 'four'));
      receiver.always(async () => {
        await clock.sleep(100);
        return { kind: 'accepted' };
      });
      newService().start();
      newService().start();
      await clock.advance(MINUTE);
      expect([...receiver.contents].sort()).toEqual(['four', 'one', 'three', 'two']);
    },
  },
  {
    fact: 'a second start does nothing',
    double: 'a service whose every start begins another loop',
    wrong: { service: (newDispatcher) => ({ start: () => newDispatcher().start() }) },
    async holds(parts) {
      const { clock, receiver, newService } = open(parts, messages('one', 'two', 'three', 'four'));
      const service = newService();
      service.start();
      service.start();
      await clock.advance(0);
      expect(receiver.calls).toHaveLength(2);
    },
  },
];

describe('what the Go service got wrong', () => {
  test.each(RIGHTS)('$fact', ({ holds }) => holds({}));

  test.each(RIGHTS)("$double is caught by '$fact'", async ({ holds, wrong }) => {
    await expect(holds(wrong)).rejects.toThrow();
  });
});
