import { durationBetween, flag, line, redisAddress, text, wholeNumber } from './kinds.ts';
import { setting } from './setting.ts';

const SECOND = 1_000;
const DAY = 86_400_000;

const postgresUri = text(/^postgres(?:ql)?:\/\/\S+$/, 'a postgres:// or postgresql:// URI');

export const STORE_SETTINGS = {
  mongo: {
    uri: setting(text(/^mongodb(?:\+srv)?:\/\/\S+$/, 'a mongodb:// or mongodb+srv:// URI'), {
      secret: true,
      about: 'set: messages are kept in MongoDB, not in SQLite',
    }),
    database: setting(text(/^[^/\\. "$*<>:|?\0]{1,63}$/, 'the name of a MongoDB database'), {
      fallback: 'message',
      about: 'database of the messages',
    }),
    messageCollection: setting(text(/^(?!system\.)[^$\0]{1,120}$/, 'the name of a MongoDB collection'), {
      fallback: 'messages',
      about: 'collection of the messages',
    }),
    changeStreams: setting(flag, {
      fallback: false,
      about:
        'wake up for what other processes store, instead of finding it at the next interval; needs a replica set',
    }),
  },
  postgres: {
    uri: setting(postgresUri, {
      secret: true,
      about:
        'set: messages and sent cache are kept in PostgreSQL, not in SQLite; `sslmode` in it asks for TLS',
    }),
    schema: setting(
      text(
        /^(?!pg_)[a-z_][a-z0-9_]{0,47}$/,
        'a name of 1 to 48 lower case letters, digits and _, not starting with a digit or pg_',
      ),
      { fallback: 'messaging', about: 'schema of the tables, which is made when it is missing' },
    ),
    listenUri: setting(postgresUri, {
      secret: true,
      about:
        'a URI that leads to the server itself, to hear of what other processes store, where `postgres.uri` leads to PgBouncer in transaction mode',
    }),
    maxConnections: setting(wholeNumber(1, 1_000), {
      fallback: 10,
      about: 'connections of each process to PostgreSQL, in addition to the one that listens',
    }),
  },
  redis: {
    uri: setting(redisAddress, {
      secret: true,
      about: 'set: the sent cache is in Redis, not with the messages or in SQLite',
    }),
    password: setting(text(/^[^\p{Cc}]{1,1024}$/u, '1 to 1024 characters on one line'), {
      secret: true,
      about: 'wins over one in `redis.uri`',
    }),
    db: setting(wholeNumber(0, 65_535), { about: 'number of the database; wins over one in `redis.uri`' }),
    ttl: setting(durationBetween(1 * SECOND, 365 * DAY), {
      fallback: '24h',
      about: 'how long the sent cache remembers a delivery, wherever it is',
    }),
    keyPrefix: setting(text(/^[^\s]{1,100}$/, '1 to 100 characters without spaces'), {
      about: 'put before the message id; without it the keys are those of the Go service',
    }),
  },
  sqlite: {
    path: setting(line, {
      fallback: './data/messages.db',
      about:
        'file of the messages where neither PostgreSQL nor MongoDB is set, and of the sent cache where neither PostgreSQL nor Redis is; `:memory:` keeps nothing',
    }),
  },
};
