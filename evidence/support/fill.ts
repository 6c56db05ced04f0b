import type { ServerProcess } from './server-process.ts';

/** Enqueues messages through the API, in the largest arrays that it takes. */
export async function fill(server: ServerProcess, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let from = 0; from < count; from += 1000) {
    const size = Math.min(1000, count - from);
    const batch = Array.from({ length: size }, (_, n) => ({
      phoneNumber: `+90555${String(from + n).padStart(7, '0')}`,
      content: `message ${from + n}`,
    }));
    const { status, body } = await server.post<readonly { readonly id: string }[]>('/messages', batch);
    if (status !== 201) throw new Error(`enqueue answered ${status}: ${JSON.stringify(body)}`);
    ids.push(...body.map(({ id }) => id));
  }
  return ids;
}

/** Settings of a server that works through a backlog. */
export const DRAINING = {
  PROCESSOR_DRAIN: 'true',
  PROCESSOR_INTERVAL: '200ms',
  PROCESSOR_BATCH_SIZE: '100',
  PROCESSOR_CONCURRENCY: '16',
} as const;
