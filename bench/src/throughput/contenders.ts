import type { OpenContender } from './contender.ts';

interface Entry {
  /** As the tables name it. */
  readonly title: string;
  /** What it is measured as. */
  readonly group: 'limit' | 'own' | 'peer';
  /** A process loads its own contender only. */
  load(): Promise<OpenContender>;
}

const bare = () => import('../contenders/bare-client.ts');
const sender = () => import('../contenders/bare-sender.ts');
const own = () => import('../contenders/own.ts');

export const CONTENDERS = {
  'bare-undici': {
    title: 'bare undici.request',
    group: 'limit',
    load: async () => (await bare()).bareUndici,
  },
  'bare-undici-signed': {
    title: 'bare undici.request, signing',
    group: 'limit',
    load: async () => (await bare()).bareUndiciSigned,
  },
  'sender-undici': {
    title: 'UndiciWebhookSender alone',
    group: 'limit',
    load: async () => (await sender()).bareSender('undici'),
  },
  'sender-ky': {
    title: 'KyWebhookSender alone',
    group: 'limit',
    load: async () => (await sender()).bareSender('ky'),
  },
  'sqlite-undici': {
    title: 'SQLite + undici',
    group: 'own',
    load: async () => (await own()).own('sqlite', 'undici'),
  },
  'sqlite-ky': {
    title: 'SQLite + ky',
    group: 'own',
    load: async () => (await own()).own('sqlite', 'ky'),
  },
  'mongo-undici': {
    title: 'MongoDB + Redis + undici',
    group: 'own',
    load: async () => (await own()).own('mongo', 'undici'),
  },
  'mongo-ky': {
    title: 'MongoDB + Redis + ky',
    group: 'own',
    load: async () => (await own()).own('mongo', 'ky'),
  },
} as const satisfies Record<string, Entry>;

export type ContenderName = keyof typeof CONTENDERS;
