import { EventEmitter, once } from 'node:events';
import { type Document, Long, type MongoClient, Timestamp } from 'mongodb';
import { expect, test } from 'vitest';
import { behindWireProxy } from './support/behind-wire-proxy.ts';
import { describeWithMongo } from './support/services.ts';
import type { Answer } from './support/wire-proxy.ts';

const BLIPS = 8;

/** The answers of a server that has change streams: it fails over time and again, then tells of one event for each stream. */
class FailingOver {
  opened = 0;
  #blips = 0;
  readonly #cursors = new Set<string>();
  readonly #told = new Set<string>();
  readonly #killed = new EventEmitter();

  /** How many streams the server holds open. */
  get alive(): number {
    return this.#cursors.size;
  }

  readonly answer: Answer = async (command, pass) => {
    if (isOpening(command)) {
      this.opened += 1;
      const id = Long.fromNumber(1_000 + this.opened);
      this.#cursors.add(id.toString());
      return this.#batch('firstBatch', id, []);
    }
    if ('killCursors' in command) {
      for (const id of command.cursors) {
        this.#cursors.delete(String(id));
        this.#killed.emit(String(id));
      }
      return {
        ok: 1,
        cursorsKilled: command.cursors,
        cursorsUnknown: [],
        cursorsAlive: [],
        cursorsNotFound: [],
      };
    }
    if (!('getMore' in command)) return pass(command);
    if (this.#blips < BLIPS) {
      this.#blips += 1;
      this.#cursors.delete(String(command.getMore));
      return {
        ok: 0,
        code: 11602,
        codeName: 'InterruptedDueToReplStateChange',
        errmsg: 'stepped down',
        errorLabels: ['ResumableChangeStreamError'],
      };
    }
    const id = String(command.getMore);
    if (!this.#told.has(id)) {
      this.#told.add(id);
      return this.#batch('nextBatch', command.getMore, [{ _id: { _data: id } }]);
    }
    await once(this.#killed, id);
    return { ok: 0, code: 237, codeName: 'CursorKilled', errmsg: 'killed' };
  };

  #batch(name: string, id: Long, events: readonly Document[]): Document {
    const postBatchResumeToken = { _data: 'token' };
    return {
      ok: 1,
      operationTime: new Timestamp({ t: 1, i: 1 }),
      cursor: { id, ns: 'messages.messages', [name]: events, postBatchResumeToken },
    };
  }
}

function isOpening(command: Document): boolean {
  return 'aggregate' in command && '$changeStream' in (command.pipeline[0] ?? {});
}

/** How many connections of the pool are taken at present. */
function countCheckedOut(client: MongoClient): () => number {
  let count = 0;
  client.on('connectionCheckedOut', () => {
    count += 1;
  });
  client.on('connectionCheckedIn', () => {
    count -= 1;
  });
  return () => count;
}

describeWithMongo('a change stream', (world) => {
  test('is one stream through fail-overs, and its connection is given back when watching ends', async () => {
    const { proxy, client, open } = await behindWireProxy(world());
    const repository = await open({ changeStreams: true });
    const server = new FailingOver();
    proxy.answerWith(server.answer);
    const checkedOut = countCheckedOut(client);
    let calls = 0;
    const end = repository.watch(() => {
      calls += 1;
    });
    await expect.poll(() => calls).toBeGreaterThan(0);
    expect(server.opened).toBe(BLIPS + 1);
    expect(server.alive).toBe(1);
    await end();
    await expect.poll(() => server.alive).toBe(0);
    expect(checkedOut()).toBe(0);
  });

  test('that cannot be resumed is opened again, one in place of the other', async () => {
    const { proxy, open } = await behindWireProxy(world());
    const repository = await open({ changeStreams: true });
    const server = new FailingOver();
    let isLost = false;
    proxy.answerWith(async (command, pass) => {
      if (isLost || !('getMore' in command)) return server.answer(command, pass);
      isLost = true;
      await server.answer({ killCursors: '', cursors: [command.getMore] }, pass);
      return { ok: 0, code: 286, codeName: 'ChangeStreamHistoryLost', errmsg: 'lost' };
    });
    let calls = 0;
    const end = repository.watch(() => {
      calls += 1;
    });
    await expect.poll(() => calls).toBeGreaterThan(1);
    expect(server.alive).toBe(1);
    await end();
  });

  test('is opened again when watching starts again', async () => {
    const { proxy, open } = await behindWireProxy(world());
    const repository = await open({ changeStreams: true });
    const server = new FailingOver();
    proxy.answerWith(server.answer);
    for (const _ of [1, 2]) {
      let calls = 0;
      const end = repository.watch(() => {
        calls += 1;
      });
      await expect.poll(() => calls).toBeGreaterThan(0);
      await end();
      await expect.poll(() => server.alive).toBe(0);
    }
  });
});
