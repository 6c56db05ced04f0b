export { mongoClientOptions } from './collection.ts';
export { MongoMessageRepository, type MongoMessageRepositoryOptions } from './repository.ts';
