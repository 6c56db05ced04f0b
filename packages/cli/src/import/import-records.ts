import { type ImportRow, importRow, type Reject, type RowRules } from './import-row.ts';
import type { RecordSource } from './source-record.ts';
import { type AskToStore, type Submitted, submitRows } from './submit-rows.ts';

export interface ImportPlan {
  readonly source: RecordSource;
  readonly rules: RowRules;
  readonly ask: AskToStore;
  /** Messages that were created before were stored by an earlier run. */
  readonly since: number;
  /** Calls under way at the same time. */
  readonly concurrency: number;
  /** Ends it after what is under way. */
  readonly signal: AbortSignal;
  /** Called for every batch, in any order, with the bytes of the file that it stands for. */
  readonly onBatch: (batch: Submitted, bytes: number) => Promise<void>;
}

const MOST_ROWS = 1000;
// Rows may be long: what is in memory, and in one call, is bounded by this too.
const MOST_BYTES = 1_000_000;

/** Reads the records and stores them, batch by batch. @throws as `ask` and `onBatch` do, after what was under way */
export async function importRecords(plan: ImportPlan): Promise<void> {
  const { source, rules, ask, since, signal, onBatch } = plan;
  const advice = {
    conflict: rules.ownKeys === 'everywhere' ? ' (--source NAME makes keys count for one import only)' : '',
    national: rules.country === null ? '; --country, such as --country TR, reads national numbers' : '',
  };
  const tasks = new BoundedTasks(plan.concurrency);
  let rows: ImportRow[] = [];
  let rejects: Reject[] = [];
  let from = 0;
  let end = 0;
  const flush = async (): Promise<void> => {
    const batch = { rows, rejects, bytes: end - from };
    rows = [];
    rejects = [];
    from = end;
    await tasks.add(async () => {
      const submitted = await submitRows(batch.rows, ask, since, advice);
      const inOrder = [...batch.rejects, ...submitted.rejects].toSorted((a, b) => a.line - b.line);
      await onBatch({ ...submitted, rejects: inOrder }, batch.bytes);
    });
  };
  try {
    for await (const record of source.records) {
      if (signal.aborted) break;
      const read = importRow(record, rules);
      if ('row' in read) rows.push(read.row);
      else rejects.push(read.reject);
      end = record.end;
      if (rows.length + rejects.length >= MOST_ROWS || end - from >= MOST_BYTES) await flush();
    }
    if (!signal.aborted) await flush();
  } finally {
    await tasks.end();
  }
}

/** Runs tasks side by side, never more than so many. The first that fails is thrown to whoever adds the next, or ends. */
class BoundedTasks {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves as soon as there is room for another. */
  async add(task: () => Promise<void>): Promise<void> {
    const running = task()
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    if (this.#running.size >= this.#most) await Promise.race(this.#running);
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** Waits for all of them. */
  async end(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}
