import type { MongoClientOptions } from 'mongodb';

/**
 * Options for the caller's `MongoClient` with which every operation of the repository ends in bounded time: 5 s to find a primary, 15 s for
 * an answer on a connection. The driver's own defaults wait 30 s for the one and for ever for the other.
 */
export const mongoClientOptions: Readonly<MongoClientOptions> = {
  appName: 'messaging-system',
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 15_000,
  waitQueueTimeoutMS: 10_000,
  maxPoolSize: 20,
  retryReads: true,
  retryWrites: true,
};
