import type { ServiceName } from '../../services/services.ts';
import type { OpenContender } from './contender.ts';

export interface ContenderEntry {
  /** As the tables name it. */
  readonly title: string;
  readonly group: 'limit' | 'own' | 'peer';
  readonly needs: readonly ServiceName[];
  /** Of the messages that the others deliver: less for those that would take minutes. */
  readonly share: number;
  /** A process loads its own contender only. */
  load(): Promise<OpenContender>;
}

const bare = () => import('../../contenders/bare-client.ts');
const sender = () => import('../../contenders/bare-sender.ts');
const own = () => import('../../contenders/own.ts');

const NOTHING = { needs: [], share: 1 } as const;
const POSTGRES = { needs: ['postgres'], share: 1 } as const;
const MONGO_AND_REDIS = { needs: ['mongo', 'redis'], share: 1 } as const;

export const CONTENDERS = {
  'bare-undici': {
    title: 'bare `undici.request`',
    group: 'limit',
    ...NOTHING,
    load: async () => (await bare()).bareUndici,
  },
  'bare-undici-signed': {
    title: 'bare `undici.request`, signing',
    group: 'limit',
    ...NOTHING,
    load: async () => (await bare()).bareUndiciSigned,
  },
  'bare-fetch': {
    title: 'bare `fetch`',
    group: 'limit',
    ...NOTHING,
    load: async () => (await bare()).bareFetch,
  },
  'sender-undici': {
    title: '`UndiciWebhookSender` alone',
    group: 'limit',
    ...NOTHING,
    load: async () => (await sender()).bareSender('undici'),
  },
  'bare-ky': {
    title: 'bare ky over `undici.request`',
    group: 'limit',
    ...NOTHING,
    load: async () => (await import('../../contenders/bare-ky.ts')).bareKy,
  },
  'sender-ky': {
    title: '`KyWebhookSender` alone',
    group: 'limit',
    ...NOTHING,
    load: async () => (await sender()).bareSender('ky'),
  },
  'sqlite-undici': {
    title: 'SQLite + undici',
    group: 'own',
    ...NOTHING,
    load: async () => (await own()).own('sqlite', 'undici'),
  },
  'sqlite-ky': {
    title: 'SQLite + ky',
    group: 'own',
    ...NOTHING,
    load: async () => (await own()).own('sqlite', 'ky'),
  },
  'mongo-undici': {
    title: 'MongoDB + Redis + undici',
    group: 'own',
    ...MONGO_AND_REDIS,
    load: async () => (await own()).own('mongo', 'undici'),
  },
  'mongo-ky': {
    title: 'MongoDB + Redis + ky',
    group: 'own',
    ...MONGO_AND_REDIS,
    load: async () => (await own()).own('mongo', 'ky'),
  },
  'graphile-worker': {
    title: 'Graphile Worker, batching',
    group: 'peer',
    ...POSTGRES,
    load: async () => (await import('../../contenders/graphile-worker.ts')).graphileWorker('batching'),
  },
  'graphile-worker-delayed': {
    title: 'Graphile Worker, batching for 10 ms',
    group: 'peer',
    ...POSTGRES,
    load: async () => (await import('../../contenders/graphile-worker.ts')).graphileWorker('delayed'),
  },
  'graphile-worker-default': {
    title: 'Graphile Worker, as it comes',
    group: 'peer',
    ...POSTGRES,
    share: 0.25,
    load: async () => (await import('../../contenders/graphile-worker.ts')).graphileWorker('default'),
  },
  bullmq: {
    title: 'BullMQ',
    group: 'peer',
    needs: ['redis'],
    share: 1,
    load: async () => (await import('../../contenders/bullmq.ts')).bullmq,
  },
  'pg-boss': {
    title: 'pg-boss',
    group: 'peer',
    ...POSTGRES,
    load: async () => (await import('../../contenders/pg-boss.ts')).pgBoss,
  },
  agenda: {
    title: 'Agenda, on the same MongoDB',
    group: 'peer',
    needs: ['mongo'],
    share: 0.1,
    load: async () => (await import('../../contenders/agenda.ts')).agenda,
  },
} as const satisfies Record<string, ContenderEntry>;

export type ContenderName = keyof typeof CONTENDERS;

// The keys of the object above are exactly the names.
export const CONTENDER_NAMES = Object.keys(CONTENDERS) as ContenderName[];
