import { describe, expect, test } from 'vitest';
import { checkMethods, checkOptions } from '../src/adapter.ts';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '../src/in-memory/index.ts';
import { Dispatcher, InvalidOptionsError, Messages } from '../src/index.ts';
import { ScriptedSender } from './support/scripted-sender.ts';

/** Values that only JavaScript can pass. */
function untyped<Type>(value: unknown): Type {
  return value as Type;
}

const random = new SeededRandom(1);
const repository = new InMemoryMessageRepository(random);
const clock = new ManualClock();
const sender = new ScriptedSender(() => 0, 1_000);

describe('options of an adapter', () => {
  test.each([undefined, null, 7, 'postgres://user:s3cret@host/shop', ['s3cret']])(
    'must be an object, and %j is not repeated',
    (given) => {
      const check = () => checkOptions(given, { uri: true });
      expect(check).toThrow(InvalidOptionsError);
      expect(check).toThrow('options must be an object; known are uri');
      expect(check).not.toThrow('s3cret');
    },
  );

  test('are named when they are unknown, without their values', () => {
    const check = () => checkOptions({ uri: 'x', pool: 's3cret', clock: undefined }, { uri: true });
    expect(check).toThrow('unknown options: pool; known are uri');
    expect(check).not.toThrow('s3cret');
  });
});

test('a promise in the place of a connection is answered with the await that was forgotten', () => {
  const check = (given: unknown) => () => checkMethods(given, ['query'], 'connection must have query');
  expect(check(Promise.resolve())).toThrow('connection must have query; did you forget await?');
  expect(check({})).toThrow(/^connection must have query$/);
  expect(check(undefined)).toThrow(InvalidOptionsError);
});

describe('a part that is not what it must be', () => {
  test('is named by Messages', () => {
    const make = (given: object) => () => new Messages(untyped({ repository, clock, ...given }));
    expect(make({ repository: { messages: repository } })).toThrow(
      'repository must have insert() and findById()',
    );
    expect(make({ repository: Promise.resolve(repository) })).toThrow('did you forget await?');
    expect(make({ clock: undefined })).toThrow('clock must have now()');
    expect(() => new Messages(untyped(undefined))).toThrow(InvalidOptionsError);
  });

  test('is named by Dispatcher, each of them', () => {
    const make = (given: object) => () => new Dispatcher(untyped(given));
    expect(make({ repository: {}, sender: 'https://x.example', clock })).toThrow(
      'repository must have claimDue() and settle(); sender must have send(); random must have next() and token()',
    );
    expect(make({ repository, sender, clock, random })).not.toThrow();
  });

  test('is an option of Dispatcher that does not exist', () => {
    const options = untyped<object>({ batchsize: 5 });
    expect(() => new Dispatcher({ repository, sender, clock, random }, options)).toThrow(
      'unknown options: batchsize',
    );
  });
});
