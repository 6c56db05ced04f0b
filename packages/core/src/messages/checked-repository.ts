import { BrokenAdapterError } from '../errors.ts';
import {
  areChanges,
  areCounts,
  isCount,
  isEraseResult,
  isInsertResult,
  isInstant,
  isInstantOrNull,
  isListResult,
  isMessageOrNull,
  wrongAnswer,
} from '../ports/adapter-answers.ts';
import type { MessageRecords } from '../ports/message-records.ts';

/**
 * A repository that has a bug, or whose runtime lacks a function, must not be taken for one that has done its work: an answer of the wrong shape, and
 * an error that only a bug throws, becomes a `BrokenAdapterError` that names the operation. Nobody knows whether it took effect.
 */
export function checkedRepository(repository: MessageRecords): MessageRecords {
  const { storeNow } = repository;
  return {
    insert: (messages) =>
      checked(
        'insert',
        () => repository.insert(messages),
        (answer) => isInsertResult(answer, messages.length),
      ),
    findById: (id) => checked('findById', () => repository.findById(id), isMessageOrNull),
    list: (query) => checked('list', () => repository.list(query), isListResult),
    counts: () => checked('counts', () => repository.counts(), areCounts),
    cancel: (ids, at) =>
      checked(
        'cancel',
        () => repository.cancel(ids, at),
        (answer) => areChanges(answer, ['cancelled', 'in_flight', 'refused'], ids),
      ),
    redrive: (ids, at) =>
      checked(
        'redrive',
        () => repository.redrive(ids, at),
        (answer) => areChanges(answer, ['redriven', 'refused'], ids),
      ),
    redriveMatching: (filter, at, limit) =>
      checked('redriveMatching', () => repository.redriveMatching(filter, at, limit), isCount),
    erase: (phoneNumber, limit) =>
      checked('erase', () => repository.erase(phoneNumber, limit), isEraseResult),
    prune: (settledBefore, limit) => checked('prune', () => repository.prune(settledBefore, limit), isCount),
    nextDueAt: () => checked('nextDueAt', () => repository.nextDueAt(), isInstantOrNull),
    ...(storeNow !== undefined && {
      storeNow: () => checked('storeNow', () => storeNow.call(repository), isInstant),
    }),
  };
}

async function checked<Answer>(
  operation: string,
  work: () => Promise<Answer>,
  isRight: (answer: Answer) => boolean,
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    if (!isBug(error)) throw error;
    throw new BrokenAdapterError(
      `${operation} of the repository threw an error that no adapter should throw: ${nameOf(error)}`,
      { cause: error },
    );
  }
  if (isRight(answer)) return answer;
  throw new BrokenAdapterError(wrongAnswer(operation, 'repository', answer));
}

// A database's own errors come through: a driver repeats a transaction by them.
const BUGS: readonly unknown[] = [
  Error,
  TypeError,
  RangeError,
  ReferenceError,
  SyntaxError,
  EvalError,
  URIError,
];

function isBug(error: unknown): boolean {
  return !(error instanceof Error) || BUGS.includes(error.constructor);
}

/** Its text may hold a secret; it is in the cause. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
