/** Something that will happen in a world. */
export interface ScheduledTask {
  readonly at: number;
  readonly order: number;
  run: (() => void | Promise<void>) | null;
}

/** The one queue of everything that will happen, in virtual milliseconds from 0. Nothing here waits for real time. */
export class Scheduler {
  readonly #heap: ScheduledTask[] = [];
  #now = 0;
  #scheduled = 0;

  get now(): number {
    return this.#now;
  }

  /** In whole ms, rounded up. What happens at the same instant happens in the order in which it was scheduled. */
  after(ms: number, run: () => void | Promise<void>): ScheduledTask {
    const task: ScheduledTask = { at: this.#now + Math.max(0, Math.ceil(ms)), order: this.#scheduled, run };
    this.#scheduled += 1;
    push(this.#heap, task);
    return task;
  }

  cancel(task: ScheduledTask): void {
    task.run = null;
  }

  /** Moves time to the next task and runs it, unless it comes after `until`; false when there is none. */
  async step(until: number): Promise<boolean> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) return false;
      pop(this.#heap);
      const { run } = next;
      if (run === null) continue;
      this.#now = next.at;
      await run();
      return true;
    }
  }
}

function isBefore(one: ScheduledTask, other: ScheduledTask): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function push(heap: ScheduledTask[], item: ScheduledTask): void {
  let index = heap.length;
  heap.push(item);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(item, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = item;
}

function pop(heap: ScheduledTask[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    const one = heap[left];
    const other = heap[right];
    if (one === undefined) break;
    const [least, child] = other !== undefined && isBefore(other, one) ? [right, other] : [left, one];
    if (!isBefore(child, last)) break;
    heap[index] = child;
    index = least;
  }
  heap[index] = last;
}
