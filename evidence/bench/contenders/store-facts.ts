import { COLOURS } from '../../support/svg.ts';
import type { ServiceName } from '../services/services.ts';

interface StoreFacts {
  /** As tables and plots name it, with the sent cache that it has in the benchmark. */
  readonly title: string;
  readonly needs: readonly ServiceName[];
  readonly colour: string;
}

/** Facts about our stores that need no open store. */
export const STORES = {
  sqlite: { title: 'SQLite', needs: [], colour: COLOURS.own },
  mongo: { title: 'MongoDB + Redis', needs: ['mongo', 'redis'], colour: COLOURS.peer },
  postgres: { title: 'PostgreSQL', needs: ['postgres'], colour: COLOURS.before },
} as const satisfies Record<string, StoreFacts>;

export type StoreName = keyof typeof STORES;

// The keys of the object above are exactly the names.
export const STORE_NAMES = Object.keys(STORES) as StoreName[];
