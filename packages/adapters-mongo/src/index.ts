export { mongoClientOptions } from './mongo-client-options.ts';
export { MongoMessageRepository, type MongoMessageRepositoryOptions } from './mongo-message-repository.ts';
