import type { Mutation } from './mutation.ts';

const MESSAGES = 'core/src/messages/messages.ts';

export const MESSAGES_MUTATIONS: readonly Mutation[] = [
  {
    name: 'enqueued by a clock that is off',
    file: MESSAGES,
    find: 'const now = this.#time.isStale ? await this.#now() : this.#time.now();',
    replace: 'const now = this.#clock.now();',
  },
  {
    name: 'redriven by a clock that is off',
    file: MESSAGES,
    find: 'this.#repository.redrive(ids, await this.#now())',
    replace: 'this.#repository.redrive(ids, this.#clock.now())',
  },
  {
    name: 'pruned by a clock that is off',
    file: MESSAGES,
    find: '(storeNow ?? this.#clock.now()) - keepMs',
    replace: 'this.#clock.now() - keepMs',
  },
  {
    name: 'pruned before the clock has proved right',
    file: MESSAGES,
    find: 'if (provenInMs > 0) return',
    replace: 'if (provenInMs < 0) return',
  },
];
