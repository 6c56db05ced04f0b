/**
 * Messages in a MongoDB collection.
 * @module @messaging-system/adapters-mongo
 */

export { mongoClientOptions } from './collection.ts';
export { MongoMessageRepository, type MongoMessageRepositoryOptions } from './repository.ts';
