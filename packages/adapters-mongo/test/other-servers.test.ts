import { type Document, MongoServerError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { behindWireProxy } from './support/behind-wire-proxy.ts';
import { EVERY_OPERATION } from './support/every-operation.ts';
import { aClaim } from './support/requests.ts';
import { describeWithMongo } from './support/services.ts';
import type { Answer } from './support/wire-proxy.ts';

/** A server's answer to a hint at an index that it is still building. */
const UNFINISHED = {
  ok: 0,
  code: 2,
  codeName: 'BadValue',
  errmsg: 'error processing query: hint provided does not correspond to an existing index',
};

/** Several times the time-out of the socket, which is what the test is about. */
const LONG_MS = 1_000;

describeWithMongo('indexes that take long to build', (world) => {
  test('may take longer than the time-out of the socket', async () => {
    const { proxy, open } = await behindWireProxy(world(), { socketTimeoutMS: 200 });
    proxy.answerWith(async (command, pass) => {
      const reply = await pass(command);
      if ('createIndexes' in command) await new Promise((resolve) => setTimeout(resolve, LONG_MS));
      return reply;
    });
    const repository = await open();
    expect(await repository.claimDue(aClaim())).toEqual([]);
  });

  test('are waited for by whoever opens meanwhile, and named', async () => {
    const { proxy, open } = await behindWireProxy(world());
    await open();
    let isBuilt = false;
    proxy.answerWith(async (command, pass) =>
      command.hint === 'messaging_due' && !isBuilt ? UNFINISHED : pass(command),
    );
    const told = Promise.withResolvers<readonly string[]>();
    let isOpen = false;
    const opening = open({ onIndexWait: told.resolve }).then((repository) => {
      isOpen = true;
      return repository;
    });
    expect(await Promise.race([told.promise, opening])).toEqual(['messaging_due']);
    expect(isOpen).toBe(false);
    isBuilt = true;
    expect(await (await opening).claimDue(aClaim())).toEqual([]);
  });

  test('whose build fails are made again by the waiting process, so that the reason is reported', async () => {
    const { proxy, collection, open } = await behindWireProxy(world());
    const documents = world().db.collection(collection);
    await open();
    let hasFailed = false;
    proxy.answerWith(async (command, pass) => {
      if (hasFailed || command.hint !== 'messaging_idempotency_key') return pass(command);
      hasFailed = true;
      await documents.dropIndex('messaging_idempotency_key');
      await documents.insertMany([{ idempotencyKey: 'same' }, { idempotencyKey: 'same' }]);
      return UNFINISHED;
    });
    await expect(open()).rejects.toThrow(/share an idempotencyKey/);
  });
});

/** Changes what a server says of each index. */
function listing(
  change: (index: Document) => Document,
  next: Answer = (command, pass) => pass(command),
): Answer {
  return async (command, pass) => {
    const reply = await next(command, pass);
    if (!('listIndexes' in command) || reply?.cursor === undefined) return reply;
    return { ...reply, cursor: { ...reply.cursor, firstBatch: reply.cursor.firstBatch.map(change) } };
  };
}

const TURKISH = { locale: 'tr', strength: 1 };

/** A server with collations, on one without: it takes the option, and remembers it for the indexes that it makes. */
function collatedServer(seen: Document[]): Answer {
  const made = new Map<string, Document>();
  const server: Answer = async (command, pass) => {
    seen.push(command);
    for (const { name, collation } of 'createIndexes' in command ? command.indexes : []) {
      made.set(name, collation ?? TURKISH);
    }
    return pass(withoutCollation(command));
  };
  return listing(({ name, ...index }) => {
    const collation = made.get(name) ?? TURKISH;
    return { name, ...index, ...(collation.locale !== 'simple' && { collation }) };
  }, server);
}

function withoutCollation(command: Document): Document {
  const { collation: _, ...rest } = command;
  for (const list of ['updates', 'deletes', 'indexes']) {
    if (Array.isArray(rest[list])) rest[list] = rest[list].map(withoutCollation);
  }
  return rest;
}

/** The parts of a command to the messages that compare texts. */
function comparing(command: Document): readonly Document[] {
  const isOfStop = Object.values(command).some((value) => String(value).endsWith('_processor'));
  if (isOfStop) return [];
  if ('updates' in command) return command.updates;
  if ('deletes' in command) return command.deletes;
  return ['find', 'findAndModify', 'aggregate'].some((name) => name in command) ? [command] : [];
}

describeWithMongo('a collation', (world) => {
  test('that the server calls simple is none: the collection opens again and again', async () => {
    const { proxy, open } = await behindWireProxy(world());
    proxy.answerWith(listing((index) => ({ ...index, collation: { locale: 'simple' } })));
    for (const _ of [1, 2, 3]) await open();
  });

  describe('that a collection has by default', () => {
    async function openCollated() {
      const { proxy, collection, open } = await behindWireProxy(world());
      await world().db.createCollection(collection);
      const seen: Document[] = [];
      proxy.answerWith(collatedServer(seen));
      return { seen, open };
    }

    test('is not that of the indexes, and the collection opens again and again', async () => {
      const { seen, open } = await openCollated();
      for (const _ of [1, 2, 3]) await open();
      const made = seen.filter((command) => 'createIndexes' in command);
      expect(made).toHaveLength(1);
      for (const index of made[0]?.indexes ?? []) {
        expect(index).toMatchObject({ collation: { locale: 'simple' } });
      }
    });

    for (const [name, run] of Object.entries(EVERY_OPERATION)) {
      test(`is left aside by ${name}`, async () => {
        const { seen, open } = await openCollated();
        const repository = await open();
        seen.length = 0;
        await run(repository);
        for (const part of seen.flatMap(comparing)) {
          expect(part).toMatchObject({ collation: { locale: 'simple' } });
        }
      });
    }
  });

  test('is not spoken of where there is none: some servers refuse the option', async () => {
    const { proxy, open } = await behindWireProxy(world());
    proxy.answerWith(async (command, pass) => {
      if (JSON.stringify(command).includes('"collation"'))
        throw new MongoServerError({ message: 'a collation' });
      return pass(command);
    });
    const repository = await open();
    for (const run of Object.values(EVERY_OPERATION)) await run(repository);
  });
});
