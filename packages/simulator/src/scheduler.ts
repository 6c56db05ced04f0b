/** Something that will happen in a world; null when it was cancelled. */
export interface ScheduledTask {
  readonly at: number;
  run: (() => void | Promise<void>) | null;
}

/** The one queue of everything that will happen, in virtual milliseconds from 0. Nothing here waits for real time. */
export class Scheduler {
  /** The next one last. */
  readonly #tasks: ScheduledTask[] = [];
  #now = 0;

  get now(): number {
    return this.#now;
  }

  /** In whole ms, rounded up. Events of the same instant happen in the order in which they were scheduled. */
  after(ms: number, run: () => void | Promise<void>): ScheduledTask {
    const task: ScheduledTask = { at: this.#now + Math.max(0, Math.ceil(ms)), run };
    this.#tasks.splice(this.#tasks.findLastIndex(({ at }) => at > task.at) + 1, 0, task);
    return task;
  }

  cancel(task: ScheduledTask): void {
    task.run = null;
  }

  /** Moves time to the next task and runs it, unless it comes after `until`; false when there is none. */
  async step(until: number): Promise<boolean> {
    for (let next = this.#tasks.at(-1); next !== undefined && next.at <= until; next = this.#tasks.at(-1)) {
      this.#tasks.pop();
      if (next.run === null) continue;
      this.#now = next.at;
      await next.run();
      return true;
    }
    return false;
  }
}
