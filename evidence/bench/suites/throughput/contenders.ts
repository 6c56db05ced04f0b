import type { SenderName } from '../../contenders/senders.ts';
import { STORES, type StoreName } from '../../contenders/store-facts.ts';
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

type Load = ContenderEntry['load'];

function limit(title: string, load: Load): ContenderEntry {
  return { title, group: 'limit', needs: [], share: 1, load };
}

function own(store: StoreName, sender: SenderName): ContenderEntry {
  const { title: storeTitle, needs } = STORES[store];
  const title = `${storeTitle} + ${sender}`;
  const load = async (): Promise<OpenContender> =>
    (await import('../../contenders/own.ts')).own(store, sender);
  return { title, group: 'own', needs, share: 1, load };
}

function peer(title: string, needs: readonly ServiceName[], load: Load, share = 1): ContenderEntry {
  return { title, group: 'peer', needs, share, load };
}

const bare = () => import('../../contenders/bare-client.ts');
const sender = () => import('../../contenders/bare-sender.ts');
const graphile = () => import('../../contenders/graphile-worker.ts');

export const CONTENDERS = {
  'bare-undici': limit('bare `undici.request`', async () => (await bare()).bareUndici),
  'bare-undici-signed': limit('bare `undici.request`, signing', async () => (await bare()).bareUndiciSigned),
  'bare-fetch': limit('bare `fetch`', async () => (await bare()).bareFetch),
  'sender-undici': limit('`UndiciWebhookSender` alone', async () => (await sender()).bareSender('undici')),
  'bare-ky': limit(
    'bare ky over `undici.request`',
    async () => (await import('../../contenders/bare-ky.ts')).bareKy,
  ),
  'sender-ky': limit('`KyWebhookSender` alone', async () => (await sender()).bareSender('ky')),
  'sqlite-undici': own('sqlite', 'undici'),
  'sqlite-ky': own('sqlite', 'ky'),
  'mongo-undici': own('mongo', 'undici'),
  'mongo-ky': own('mongo', 'ky'),
  'postgres-undici': own('postgres', 'undici'),
  'postgres-ky': own('postgres', 'ky'),
  'graphile-worker': peer('Graphile Worker, batching', ['postgres'], async () =>
    (await graphile()).graphileWorker('batching'),
  ),
  'graphile-worker-delayed': peer('Graphile Worker, batching for 10 ms', ['postgres'], async () =>
    (await graphile()).graphileWorker('delayed'),
  ),
  'graphile-worker-default': peer(
    'Graphile Worker, as it comes',
    ['postgres'],
    async () => (await graphile()).graphileWorker('default'),
    0.25,
  ),
  bullmq: peer('BullMQ', ['redis'], async () => (await import('../../contenders/bullmq.ts')).bullmq),
  'pg-boss': peer('pg-boss', ['postgres'], async () => (await import('../../contenders/pg-boss.ts')).pgBoss),
  agenda: peer(
    'Agenda, on the same MongoDB',
    ['mongo'],
    async () => (await import('../../contenders/agenda.ts')).agenda,
    0.1,
  ),
} satisfies Record<string, ContenderEntry>;

export type ContenderName = keyof typeof CONTENDERS;

// The keys of the object above are exactly the names.
export const CONTENDER_NAMES = Object.keys(CONTENDERS) as ContenderName[];
