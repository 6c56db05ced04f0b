import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '../support/server-process.ts';

const TURN_MS = 100;
const LARGEST_CALL = 1_000;

export interface Load {
  /** Ids of what was accepted. */
  readonly ids: readonly string[];
  readonly refused: number;
  stop(): Promise<void>;
}

/** Enqueues so many messages a second through the API, in one call each tenth of a second; after a slow call the next one catches up. */
export function startLoad(server: ServerProcess, perSecond: number): Load {
  const ids: string[] = [];
  let refused = 0;
  let isOver = false;
  let asked = 0;
  const startedAt = performance.now();
  const turn = async (): Promise<void> => {
    const owed = Math.floor(((performance.now() - startedAt) / 1000) * perSecond) - asked;
    const size = Math.min(owed, LARGEST_CALL);
    asked += size;
    if (size === 0) return;
    const messages = Array.from({ length: size }, (_, n) => ({
      phoneNumber: `+90555${String(ids.length + n).padStart(7, '0')}`,
      content: `soak ${ids.length + n}`,
    }));
    const accepted = await enqueue(server, messages);
    if (accepted === null) refused += size;
    else ids.push(...accepted);
  };
  const run = (async () => {
    while (!isOver) {
      const next = performance.now() + TURN_MS;
      await turn();
      await sleep(Math.max(0, next - performance.now()));
    }
  })();
  return {
    ids,
    get refused() {
      return refused;
    },
    async stop() {
      isOver = true;
      await run;
    },
  };
}

/** The ids of what was stored; null when it was refused. */
async function enqueue(
  server: ServerProcess,
  messages: readonly object[],
): Promise<readonly string[] | null> {
  try {
    const { status, body } = await server.post<readonly { readonly id: string }[]>('/messages', messages);
    return status === 201 ? body.map(({ id }) => id) : null;
  } catch {
    return null;
  }
}
