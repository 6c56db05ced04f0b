export { InMemoryMessageRepository } from './in-memory-message-repository.ts';
export { InMemorySentCache } from './in-memory-sent-cache.ts';
export { ManualClock } from './manual-clock.ts';
export { SeededRandom } from './seeded-random.ts';
