import { formatDuration } from '@messaging-system/cli/text';
import { DEFAULT_DISPATCHER_OPTIONS as CORE } from '@messaging-system/core';
import { AMBIGUITY_POLICIES } from '@messaging-system/core/adapter';
import {
  bearerToken,
  choice,
  decimal,
  durationBetween,
  flag,
  httpHeaderName,
  httpStatuses,
  httpUrl,
  listOf,
  network,
  redisAddress,
  regularExpression,
  signingSecret,
  text,
  webOrigin,
  wholeNumber,
} from './kinds.ts';
import { namedKeys } from './named-keys.ts';
import { setting } from './setting.ts';

const MS = 1;
const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const line = text(/^[^\p{Cc}]{1,200}$/u, '1 to 200 characters on one line');
const postgresUri = text(/^postgres(?:ql)?:\/\/\S+$/, 'a postgres:// or postgresql:// URI');
const headerValue = text(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'printable ASCII characters');

/**
 * Every key that there is: the one list that files, environment variables, `--settings` and the README's table come from.
 * Values of durations are in milliseconds.
 */
export const SETTINGS = {
  appName: setting(line, { fallback: 'messaging-system', about: 'name in log lines' }),
  server: {
    host: setting(text(/^[A-Za-z0-9.:-]{1,253}$/, 'a host name or an IP address'), {
      fallback: '127.0.0.1',
      about: 'address that the HTTP API is bound to',
    }),
    port: setting(wholeNumber(0, 65_535), {
      fallback: 3000,
      about: 'port of the HTTP API; 0 takes a free one',
    }),
    apiKey: setting(listOf(bearerToken), {
      secret: true,
      about: 'what callers send as `Authorization: Bearer …`; several while keys are rotated',
    }),
    apiKeys: setting(namedKeys, {
      secret: true,
      about:
        'further keys, each with a name for the log and with what it may do; `{env.NAME}` stands for a variable',
    }),
    allowAnonymous: setting(flag, {
      fallback: false,
      about: 'allows an address beyond loopback, and any name in `Host`, without `server.apiKey`',
    }),
    corsOrigins: setting(listOf(webOrigin), {
      about:
        'sites whose pages may use the API from a browser (CORS); `*`, every site, only with `server.apiKey`',
    }),
    publicPath: setting(
      text(/^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/, 'a path such as /messaging, without a slash at the end'),
      {
        about:
          'path prefix that a proxy in front removes before it forwards a request; links, redirects, cookies and the OpenAPI document begin with it',
      },
    ),
    trustedProxies: setting(listOf(network), {
      about:
        'addresses or networks of the proxies in front; only their `X-Forwarded-For` is believed. Without them all clients behind a proxy share its address',
    }),
    maxBodyBytes: setting(wholeNumber(1_024, 104_857_600), {
      fallback: 4_194_304,
      about: 'largest request body; 1000 messages of 500 characters fit into the default',
    }),
    maxHeaderBytes: setting(wholeNumber(1_024, 1_048_576), {
      fallback: 16_384,
      about: 'largest head of a request',
    }),
    requestTimeout: setting(durationBetween(100 * MS, HOUR), {
      fallback: '30s',
      about: 'how long a request may take to arrive, and to be answered',
    }),
    keepAliveTimeout: setting(durationBetween(100 * MS, HOUR), {
      fallback: '65s',
      about: 'how long an idle connection is kept; longer than a load balancer in front does',
    }),
    stallTimeout: setting(durationBetween(100 * MS, HOUR), {
      fallback: '60s',
      about: 'how long a connection may stand still in mid-exchange; longer than `server.requestTimeout`',
    }),
    maxConnections: setting(wholeNumber(1, 1_000_000), {
      fallback: 2_000,
      about:
        'connections at the same time; a further one takes the place of the one that has waited longest for its client',
    }),
    workers: setting(wholeNumber(1, 64), {
      fallback: 1,
      about:
        'processes that deliver, each with its own `processor.concurrency`; 1: the server does it itself; at most 4 on SQLite',
    }),
  },
  client: {
    url: setting(httpUrl, { about: 'the webhook that messages are delivered to' }),
    path: setting(text(/^(?:none|\/(?!\/)[^\s?#\p{Cc}]*)$/u, 'a path that begins with /, or none'), {
      about:
        'appended to `client.url`; the Go service appends `/fa36ba41-1794-4295-8053-d198499d2fc9`. `none` confirms the `client.url` of its file',
    }),
    sandbox: setting(flag, {
      about:
        'deliver to a receiver inside the server that accepts everything and shows it; without APP_ENV on unless `client.url` is set',
    }),
    apiKey: setting(headerValue, {
      secret: true,
      about: 'sent to the webhook in the header `client.apiKeyHeader`',
    }),
    apiKeyHeader: setting(httpHeaderName, {
      fallback: 'x-ins-auth-key',
      about: 'header that carries `client.apiKey`',
    }),
    timeout: setting(durationBetween(1 * MS, HOUR), {
      fallback: formatDuration(CORE.sendTimeoutMs),
      about: 'how long one delivery may take; then its outcome is unknown',
    }),
    ambiguousStatuses: setting(httpStatuses, {
      about:
        'responses after which the webhook may have accepted all the same, in addition to those of the gateways; for example 503 behind Fastly or Heroku',
    }),
    keepAlive: setting(flag, {
      fallback: true,
      about:
        'use a connection for several deliveries; `false` for webhooks or firewalls that close idle connections without a sign',
    }),
    signingSecret: setting(listOf(signingSecret), {
      secret: true,
      about: 'signs deliveries as Standard Webhooks does; several while secrets are rotated',
    }),
    addressPolicy: setting(choice(['any', 'public']), {
      fallback: 'any',
      about: '`public` refuses to deliver to private, loopback and link-local addresses',
    }),
    proxy: setting(httpUrl, {
      about: 'HTTP proxy that deliveries go through; not beside `client.addressPolicy: public`',
    }),
    transport: setting(choice(['ky', 'undici']), {
      fallback: 'ky',
      about: 'HTTP client of the deliveries; `undici` takes less CPU for each',
    }),
  },
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
      about: 'connections of each process to PostgreSQL, beside the one that listens',
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
  processor: {
    autoStart: setting(flag, { fallback: true, about: 'begin to deliver as soon as the server has started' }),
    batchSize: setting(wholeNumber(1, 10_000), {
      fallback: CORE.batchSize,
      about: 'messages that one claim takes at most',
    }),
    interval: setting(durationBetween(1 * MS, 30 * DAY), {
      fallback: formatDuration(CORE.intervalMs),
      embedded: '1s',
      about: 'from the beginning of one tick to the beginning of the next',
    }),
    concurrency: setting(wholeNumber(1, 10_000), {
      fallback: CORE.concurrency,
      about: 'deliveries under way at the same time, in each worker',
    }),
    drain: setting(flag, {
      fallback: CORE.drain,
      embedded: true,
      about: 'claim on within a tick until nothing is due',
    }),
    lease: setting(durationBetween(2 * MS, DAY), {
      fallback: formatDuration(CORE.leaseMs),
      about: 'how long claimed messages belong to this process; longer than `client.timeout`',
    }),
    drainDeadline: setting(durationBetween(0, HOUR), {
      fallback: formatDuration(CORE.drainDeadlineMs),
      about: 'how long a stop waits for deliveries under way before it cuts them off',
    }),
    storeTimeout: setting(durationBetween(10 * MS, HOUR), {
      fallback: formatDuration(CORE.storeTimeoutMs),
      about: 'how long one call to the store may take before it counts as failed and is repeated',
    }),
    ratePerSecond: setting(decimal(0.001, 1_000_000), {
      about:
        'deliveries begun a second at the most, by all workers together and over a minute: within one second each worker may begin one more; not less than `server.workers` where these are several',
    }),
  },
  retry: {
    maxAttempts: setting(wholeNumber(1, 1_000), {
      fallback: CORE.retry.maxAttempts,
      about: 'attempts that a message gets in all',
    }),
    baseDelay: setting(durationBetween(0, DAY), {
      fallback: formatDuration(CORE.retry.baseDelayMs),
      about: 'upper bound of the wait after the first attempt; each wait is a random part of its bound',
    }),
    factor: setting(decimal(1, 1_000), {
      fallback: CORE.retry.factor,
      about: 'by which the bound grows with each attempt',
    }),
    maxDelay: setting(durationBetween(0, 365 * DAY), {
      fallback: formatDuration(CORE.retry.maxDelayMs),
      about: 'where the bound stops growing',
    }),
    maxRetryAfter: setting(durationBetween(0, 365 * DAY), {
      fallback: formatDuration(CORE.retry.maxRetryAfterMs),
      about: "how far a receiver's `Retry-After` is honoured",
    }),
  },
  breaker: {
    failureThreshold: setting(wholeNumber(0, 1_000_000), {
      fallback: CORE.breaker.failureThreshold,
      about: 'failures in a row after which delivery pauses; 0: never',
    }),
    cooldown: setting(durationBetween(0, DAY), {
      fallback: formatDuration(CORE.breaker.cooldownMs),
      about: 'how long it pauses before a probe',
    }),
  },
  delivery: {
    ambiguity: setting(choice(AMBIGUITY_POLICIES), {
      fallback: CORE.ambiguity,
      about:
        'when nobody knows whether a delivery arrived: send again with the same `webhook-id`, or hold for an operator (`reconcile` needs code of yours: embed core)',
    }),
  },
  message: {
    phonePattern: setting(regularExpression, {
      fallback: CORE.rules.phonePattern.source,
      about: 'what a phone number must match; E.164',
    }),
    maxContentLength: setting(wholeNumber(1, 100_000), {
      fallback: CORE.rules.maxContentLength,
      about: 'characters of a message',
    }),
  },
  retention: {
    keep: setting(durationBetween(SECOND, 3_650 * DAY), {
      about: 'set: `sent` and `cancelled` messages are removed this long after they were settled',
    }),
    interval: setting(durationBetween(SECOND, 30 * DAY), { fallback: '1h', about: 'how often that is done' }),
  },
  log: {
    level: setting(choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']), {
      fallback: 'info',
      about: 'the least serious lines that are written',
    }),
    format: setting(choice(['auto', 'json', 'pretty']), {
      fallback: 'auto',
      about: '`auto` is pretty on a terminal and JSON elsewhere',
    }),
  },
};
