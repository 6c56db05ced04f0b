import { formatDuration } from '@messaging-system/cli/text';
import { type DispatcherOptions, InvalidOptionsError } from '@messaging-system/core';
import { dispatcherOptions } from '@messaging-system/core/adapter';
import { apiKeysOf } from './api-keys-of.ts';
import { CLIENT_CHECKS } from './client-checks.ts';
import type { Complaint, CrossCheck } from './cross-check.ts';
import { isLocalOnly, isLoopback } from './host.ts';
import { usesSqliteFile } from './store-kind.ts';
import { weakSecret } from './weak-secret.ts';

// One writer at a time: `npm run bench -- processes` shows what each one more costs, which on two cores is more than it brings.
const MOST_WORKERS_ON_SQLITE = 4;

export const CROSS_CHECKS: readonly CrossCheck[] = [
  {
    concerns: ['processor.lease', 'client.timeout'],
    check: ({ processor, client }) =>
      accepts({ leaseMs: processor.lease }, client.timeout)
        ? null
        : {
            problem: `${formatDuration(processor.lease)} is not longer than client.timeout, ${formatDuration(client.timeout)}: a delivery could outlive its lease`,
            allowed: 'more than client.timeout',
          },
  },
  {
    concerns: ['delivery.ambiguity'],
    check: ({ delivery }) =>
      accepts({ ambiguity: delivery.ambiguity })
        ? null
        : {
            problem:
              'reconcile asks your provider what became of a delivery, and the bundled server knows no way to',
            allowed:
              'resend or hold; for reconcile embed @messaging-system/core with a DeliveryReconciler of yours',
          },
  },
  {
    concerns: ['server.apiKey', 'server.apiKeys', 'server.host', 'server.allowAnonymous'],
    check: ({ server }) =>
      apiKeysOf(server).length > 0 || server.allowAnonymous || isLoopback(server.host)
        ? null
        : {
            problem: `is not set, and server.host ${server.host} can be reached from other machines`,
            allowed: 'an API key, a server.host of this machine only, or server.allowAnonymous: true',
          },
  },
  {
    concerns: ['server.apiKey', 'server.host', 'server.publicPath', 'server.trustedProxies'],
    check: ({ server }) => weakness(server.apiKey, isLocalOnly(server)),
  },
  {
    concerns: ['server.apiKeys', 'server.host', 'server.publicPath', 'server.trustedProxies'],
    check: ({ server }) =>
      (server.apiKeys ?? [])
        .map(({ name, key }) => weakness([key], isLocalOnly(server), `the key of ${name} `))
        .find((complaint) => complaint !== null) ?? null,
  },
  {
    concerns: ['server.apiKeys', 'server.apiKey'],
    check: ({ server: { apiKey = [], apiKeys = [] } }) => {
      const twice = apiKeys.find(({ key }) => apiKey.includes(key));
      return twice === undefined
        ? null
        : {
            problem: `the key of ${twice.name} is in server.apiKey as well, where it may do everything`,
            allowed: 'a key of its own for each name',
          };
    },
  },
  {
    concerns: ['client.signingSecret', 'client.url'],
    check: ({ client }) => weakness(client.signingSecret, !leavesThisMachine(client.url)),
  },
  {
    concerns: ['client.apiKey', 'client.url'],
    // The receiver chose its length.
    check: ({ client: { apiKey } }) => weakness(apiKey === undefined ? undefined : [apiKey], true),
  },
  {
    concerns: ['redis.password'],
    check: ({ redis: { password } }) => weakness(password === undefined ? undefined : [password], true),
  },
  {
    concerns: ['server.corsOrigins', 'server.apiKey', 'server.apiKeys'],
    check: ({ server }) =>
      apiKeysOf(server).length > 0 || server.corsOrigins?.includes('*') !== true
        ? null
        : {
            problem: 'is *, and server.apiKey is not set: every page in a browser could use the API',
            allowed: 'the origins that need it, or a server.apiKey',
          },
  },
  {
    concerns: ['server.stallTimeout', 'server.requestTimeout'],
    check: ({ server }) =>
      server.stallTimeout > server.requestTimeout
        ? null
        : {
            problem: `${formatDuration(server.stallTimeout)} is not longer than server.requestTimeout, ${formatDuration(server.requestTimeout)}: a request could be cut off before it is answered`,
            allowed: 'more than server.requestTimeout',
          },
  },
  ...CLIENT_CHECKS,
  {
    concerns: ['postgres.uri', 'mongo.uri'],
    check: ({ postgres, mongo }) =>
      postgres.uri === undefined || mongo.uri === undefined
        ? null
        : {
            problem: 'is set, and mongo.uri is set: messages can be kept in one of them only',
            allowed: 'one of the two; messages that are in the other one stay there and are not delivered',
          },
  },
  {
    concerns: ['postgres.listenUri', 'postgres.uri'],
    check: ({ postgres }) =>
      postgres.listenUri === undefined || postgres.uri !== undefined
        ? null
        : {
            problem: 'is set, and postgres.uri is not: nothing is kept in PostgreSQL',
            allowed: 'a postgres.uri (POSTGRES_URI) as well; for one address for both, postgres.uri alone',
          },
  },
  {
    concerns: ['server.workers', 'sqlite.path', 'mongo.uri', 'redis.uri', 'postgres.uri'],
    check: (config) => {
      const { server, sqlite } = config;
      if (server.workers === 1 || !usesSqliteFile(config)) return null;
      if (sqlite.path === ':memory:') {
        return {
          problem: `${server.workers} processes cannot share sqlite.path :memory:, which each would have for itself`,
          allowed: '1, or a sqlite.path that is a file',
        };
      }
      return server.workers <= MOST_WORKERS_ON_SQLITE
        ? null
        : {
            problem: `${server.workers} processes on one SQLite file would wait for one another: only one at a time can write to it, and each one more makes all of them slower`,
            allowed: `1 to ${MOST_WORKERS_ON_SQLITE}, or postgres.uri, or mongo.uri and redis.uri; for more deliveries at the same time processor.concurrency`,
          };
    },
  },
  {
    concerns: ['processor.ratePerSecond', 'server.workers'],
    check: ({ processor: { ratePerSecond }, server: { workers } }) =>
      ratePerSecond === undefined || workers === 1 || ratePerSecond >= workers
        ? null
        : {
            problem: `${ratePerSecond} a second is less than one for each of server.workers, ${workers}: they are not in step, and all of them could begin a delivery in the same second`,
            allowed: `${workers} or more, or fewer server.workers: 1 keeps to any rate`,
          },
  },
];

/** Whether the dispatcher takes these options with the time-out of its sender; the bundled server has no reconciler for it. */
function accepts(options: Partial<DispatcherOptions>, sendTimeoutMs = 1): boolean {
  try {
    dispatcherOptions(options, sendTimeoutMs, false);
    return true;
  } catch (error) {
    if (error instanceof InvalidOptionsError) return false;
    throw error;
  }
}

function weakness(secrets: readonly string[] | undefined, isLocal: boolean, whose = ''): Complaint | null {
  const problem = secrets?.map((secret) => weakSecret(secret, isLocal)).find((why) => why !== null);
  return problem === undefined
    ? null
    : { problem: `${whose}${problem}`, allowed: 'a random secret, for example of `openssl rand -hex 24`' };
}

function leavesThisMachine(url: string | undefined): boolean {
  const host = url === undefined ? undefined : URL.parse(url)?.hostname.replace(/^\[|\]$/g, '');
  return host !== undefined && !isLoopback(host);
}
