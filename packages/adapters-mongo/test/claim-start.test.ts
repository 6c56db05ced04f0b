import { aDeadLetter, aNewMessage, NOW } from '@messaging-system/contract-tests';
import { type MessageRepository, THOROUGH_TURN } from '@messaging-system/core/adapter';
import { type Document, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { behindWireProxy } from './support/behind-wire-proxy.ts';
import { CommandLog } from './support/command-log.ts';
import { goUnsent } from './support/go-documents.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo, type MongoWorld } from './support/services.ts';

const MARGIN_MS = 5_000;
const STEP_MS = 10_000;
/** Two a claim, and enough for every claim of a test to be filled. */
const BACKLOG = 4 * THOROUGH_TURN;

/** When the message of this place in the backlog is due: all of them are. */
function dueAt(place: number): number {
  return NOW - (BACKLOG - place) * STEP_MS;
}

/** A repository behind the proxy, and another process that does not report its work to it. */
async function openBacklog(world: MongoWorld) {
  const { client, db, collection, proxy, open } = await behindWireProxy(world);
  const other = await MongoMessageRepository.open({ db: world.db, collection });
  await other.insert(Array.from({ length: BACKLOG }, (_, place) => aNewMessage({ createdAt: dueAt(place) })));
  const repository = await open();
  const log = new CommandLog(client);
  const claimTwo = (): Promise<readonly string[]> => claimContents(repository);
  return { proxy, documents: db.collection(collection), other, repository, log, claimTwo };
}

async function claimContents(repository: MessageRepository): Promise<readonly string[]> {
  return (await repository.claimDue(aClaim({ limit: 2 }))).map(({ message }) => message.content);
}

function searches(commands: readonly Document[]): readonly Document[] {
  return commands.filter(({ hint }) => hint === 'messaging_due').map(({ filter }) => filter);
}

describeWithMongo('where a search for due messages begins', (world) => {
  test('is a little before the first message of the claim before', async () => {
    const { log, claimTwo } = await openBacklog(world());
    const [first, second, third] = [
      searches(await log.during(claimTwo)),
      searches(await log.during(claimTwo)),
      searches(await log.during(claimTwo)),
    ];
    const foreign = { status: 'unsent', availableAt: null };
    const own = (place: number): Document => ({
      status: 'unsent',
      availableAt: { $gte: new Date(dueAt(place) - MARGIN_MS), $lte: new Date(NOW) },
    });
    expect(first).toEqual([{ status: 'unsent', availableAt: { $lte: new Date(NOW) } }, foreign]);
    expect(second).toEqual([own(0), foreign]);
    expect(third).toEqual([own(2), foreign]);
  });

  test('is behind all but the last of what was claimed, whose entries a replica set keeps for minutes', async () => {
    const { proxy, claimTwo } = await openBacklog(world());
    const claimed: number[] = [];
    let passedOver = 0;
    proxy.answerWith(async (command, pass) => {
      const { $gte: start, $lte: end } = command.filter?.availableAt ?? {};
      if (end !== undefined) passedOver += claimed.filter((time) => time >= (start?.getTime() ?? 0)).length;
      return pass(command);
    });
    const counts: number[] = [];
    for (let claim = 0; claim < THOROUGH_TURN; claim += 1) {
      passedOver = 0;
      expect(await claimTwo()).toHaveLength(2);
      counts.push(passedOver);
      claimed.push(dueAt(2 * claim), dueAt(2 * claim + 1));
    }
    const twoEach = Array.from({ length: THOROUGH_TURN - 2 }, () => 2);
    expect(counts).toEqual([0, ...twoEach, 2 * (THOROUGH_TURN - 1)]);
  });

  test('is the very beginning in one of sixteen claims', async () => {
    const { log, claimTwo } = await openBacklog(world());
    const begins: boolean[] = [];
    for (let claim = 1; claim < 2 * THOROUGH_TURN; claim += 1) {
      const asked = searches(await log.during(claimTwo));
      begins.push(asked.some(({ availableAt }) => availableAt?.$lte && availableAt.$gte === undefined));
    }
    expect(begins.flatMap((isBeginning, index) => (isBeginning ? [index + 1] : []))).toEqual([
      1,
      THOROUGH_TURN,
    ]);
  });

  test('is a little before the last of the Go service’s documents, by the time in their ids', async () => {
    const { documents, log, claimTwo } = await openBacklog(world());
    await documents.deleteMany({});
    const seconds = Math.floor(NOW / 1_000);
    await documents.insertMany(
      Array.from({ length: 6 }, (_, place) => ({
        ...goUnsent({ phoneNumber: '+905551111111', content: `${place}` }),
        _id: ObjectId.createFromTime(seconds + 10 * place),
      })),
    );
    expect(await claimTwo()).toEqual(['0', '1']);
    const asked = searches(await log.during(async () => expect(await claimTwo()).toEqual(['2', '3'])));
    expect(asked).toContainEqual({
      status: 'unsent',
      availableAt: null,
      _id: { $gte: ObjectId.createFromTime(seconds - MARGIN_MS / 1_000) },
    });
  });

  test('is the same for the next due time, from the very beginning where nothing is found', async () => {
    const { documents, log, repository } = await openBacklog(world());
    await repository.claimDue(aClaim({ limit: BACKLOG + 1 }));
    await insertSome(repository, 1, { sendAt: NOW + STEP_MS });
    const look = async (): Promise<unknown> => expect(await repository.nextDueAt()).toBe(NOW + STEP_MS);
    expect(searches(await log.during(look))).toContainEqual(
      expect.objectContaining({ availableAt: { $gte: new Date(dueAt(0) - MARGIN_MS) } }),
    );
    await documents.deleteMany({ availableAt: { $gt: new Date(NOW) } });
    await documents.insertOne({ status: 'unsent', availableAt: new Date(dueAt(-10)) });
    expect(await repository.nextDueAt()).toBe(dueAt(-10));
  });

  test('is the very beginning again when too little is found behind the last start', async () => {
    const { proxy, claimTwo } = await openBacklog(world());
    await claimTwo();
    proxy.answerWith(async (command, pass) => {
      const reply = await pass(command);
      return command.filter?.availableAt?.$gte === undefined
        ? reply
        : { ...reply, cursor: { ...reply.cursor, firstBatch: [] } };
    });
    expect(await claimTwo()).toHaveLength(2);
  });

  describe('does not keep back what comes before it', () => {
    /** Each makes one message due, earlier than all that is left, as another process would. */
    const ARRIVALS: Readonly<Record<string, (other: MessageRepository) => Promise<unknown>>> = {
      'from an enqueue with an older time': (other) =>
        insertSome(other, 1, { createdAt: dueAt(-10), content: 'late' }),
      'from a redrive by a clock that is behind': async (other) => {
        const message = await leaseLate(other);
        await other.settle(message.token, [aDeadLetter(message.id)]);
        await other.redrive([message.id], dueAt(-10));
      },
      'from a lease that is released': async (other) => {
        const message = await leaseLate(other);
        await other.release(message.token, [message.id]);
      },
      'from a lease that ended before': (other) => leaseLate(other, dueAt(-9)),
    };

    async function leaseLate(other: MessageRepository, leasedUntil = NOW + STEP_MS) {
      await insertSome(other, 1, { createdAt: dueAt(-10), content: 'late' });
      const request = aClaim({ now: dueAt(-10), leasedUntil, limit: 1 });
      const [claimed] = await other.claimDue(request);
      return { id: claimed?.message.id ?? '', token: request.leaseToken };
    }

    for (const [name, arrive] of Object.entries(ARRIVALS)) {
      test(`${name}, in another process: one of sixteen claims has it`, async () => {
        const { other, claimTwo } = await openBacklog(world());
        await claimTwo();
        await claimTwo();
        await arrive(other);
        const contents: string[][] = [];
        for (let claim = 3; claim <= THOROUGH_TURN; claim += 1) contents.push([...(await claimTwo())]);
        expect(contents.flat()).toContain('late');
      });
    }

    test('from an enqueue or a release in this process: the next claim has it', async () => {
      const { repository, claimTwo } = await openBacklog(world());
      const request = aClaim({ limit: 1 });
      const [first] = await repository.claimDue(request);
      await claimTwo();
      await claimTwo();
      await insertSome(repository, 1, { createdAt: dueAt(-10), content: 'late' });
      expect(await claimTwo()).toContain('late');
      await claimTwo();
      const id = first?.message.id ?? '';
      await repository.release(request.leaseToken, [id]);
      const claimed = await repository.claimDue(aClaim({ limit: 2 }));
      expect(claimed.map(({ message }) => message.id)).toContain(id);
    });

    test('when a claim comes up short', async () => {
      const { documents, other, claimTwo } = await openBacklog(world());
      await claimTwo();
      await claimTwo();
      await documents.deleteMany({ status: 'unsent', leaseToken: { $exists: false } });
      await insertSome(other, 1, { createdAt: dueAt(-10), content: 'late' });
      expect(await claimTwo()).toEqual(['late']);
    });
  });
});
