import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Clock, InvalidOptionsError } from '@messaging-system/core';
import { ManualClock } from '@messaging-system/core/in-memory';
import { SystemClock } from '@messaging-system/core/system-clock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StartError } from '../../src/life-cycle/start-error.ts';
import { WorkerPool } from '../../src/workers/worker-pool.ts';
import { type CapturedLog, capturedLog } from '../support/captured-log.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const STUB = join(import.meta.dirname, '../support/stub-worker.ts');

interface Given {
  /** How each process that is started behaves, in this order; the last for all that follow. */
  readonly behaviours: readonly (readonly string[])[];
  readonly workers?: number;
  readonly clock?: Clock;
  readonly environment?: Readonly<Record<string, string>>;
}

interface World extends CapturedLog {
  readonly pool: WorkerPool;
  /** All that were ever started. */
  readonly children: readonly ChildProcess[];
}

function world({ behaviours, workers = 2, clock = new SystemClock(), environment = {} }: Given): World {
  const { config } = loaded(
    { SERVER_WORKERS: String(workers), PROCESSOR_DRAIN_DEADLINE: '1s', ...environment },
    temporaryHome(),
  );
  const captured = capturedLog();
  const children: ChildProcess[] = [];
  let forks = 0;
  const pool = new WorkerPool({
    config,
    target: { url: 'http://127.0.0.1:1/', isSandbox: false },
    log: captured.log,
    clock,
    observerFor: () => ({ observe: () => undefined }),
    fork: () => {
      const behaviour = behaviours[Math.min(forks, behaviours.length - 1)] ?? [];
      forks += 1;
      if (behaviour[0] === 'cannot-be-forked') throw new Error('spawn ENOMEM');
      const child = fork(STUB, [...behaviour], { execArgv: [] });
      children.push(child);
      return child;
    },
  });
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL');
    await pool.close();
  });
  return { ...captured, pool, children };
}

function hasEnded(child: ChildProcess | undefined): boolean {
  return child !== undefined && (child.exitCode !== null || child.signalCode !== null);
}

describe('at the start', () => {
  test('is open when all workers can deliver', async () => {
    const { pool } = world({ behaviours: [['good']], workers: 3 });
    await pool.open();
    expect(pool.status().workers).toEqual({ wanted: 3, alive: 3, restarts: 0, eventsDropped: 0 });
  });

  test.each([
    ['cannot-open', StartError, 'cannot start a worker: cannot open the SQLite file x'],
    ['has-wrong-options', InvalidOptionsError, 'a; b'],
    ['crashes', StartError, 'cannot start a worker: it ended with exit code 3 before it could deliver'],
    ['cannot-be-forked', StartError, 'cannot start a worker: cannot start a process: spawn ENOMEM'],
  ])('fails as a single process would when one worker %s', async (behaviour, kind, text) => {
    const { pool, children } = world({ behaviours: [['good'], [behaviour]] });
    const opening = pool.open();
    await expect(opening).rejects.toBeInstanceOf(kind);
    await expect(opening).rejects.toThrow(text);
    await pool.close();
    expect(children.map(hasEnded)).not.toContain(false);
  });

  test('ignores anything but a message of a worker', async () => {
    const { pool } = world({ behaviours: [['babbles']] });
    await pool.open();
    expect(pool.status().workers?.alive).toBe(2);
  });
});

describe('a worker that ends', () => {
  test('is started again, and the log says how it ended', async () => {
    const { pool, children, lines } = world({ behaviours: [['good']] });
    await pool.open();
    children[0]?.kill('SIGKILL');
    await expect
      .poll(() => pool.status().workers)
      .toEqual({ wanted: 2, alive: 2, restarts: 1, eventsDropped: 0 });
    expect(lines()).toContainEqual(
      expect.objectContaining({
        msg: 'a worker ended; another is started in 100 ms',
        worker: children[0]?.pid,
        exitCode: null,
        signal: 'SIGKILL',
      }),
    );
  });

  test('is waited for longer and longer when it ends again and again, and keeps none from going on', async () => {
    const { pool, children, text } = world({ behaviours: [['good'], ['good'], ['crashes']] });
    await pool.open();
    children[0]?.kill('SIGKILL');
    await expect.poll(text).toContain('another is started in 400 ms');
    expect(pool.status().workers).toMatchObject({ wanted: 2, alive: 1 });
    expect(hasEnded(children[1])).toBe(false);
  });

  test('is tried again when the system has no process to give', async () => {
    const { pool, children, text } = world({
      behaviours: [['good'], ['good'], ['cannot-be-forked'], ['good']],
    });
    await pool.open();
    children[0]?.kill('SIGKILL');
    await expect.poll(() => pool.status().workers).toMatchObject({ alive: 2, restarts: 2 });
    expect(text()).toContain('spawn ENOMEM');
  });

  test('that says nothing any more is killed, after as many looks as a lease has seconds', async () => {
    const clock = new ManualClock();
    const { pool, children, text } = world({
      behaviours: [['good']],
      clock,
      environment: { PROCESSOR_LEASE: '40s' },
    });
    await pool.open();
    await clock.advance(39_000);
    expect(text()).not.toContain('says nothing');
    await clock.advance(2_000);
    await expect.poll(() => children.slice(0, 2).map(hasEnded)).toEqual([true, true]);
    expect(text()).toContain('a worker says nothing any more and is killed');
  });
});

describe('start and stop', () => {
  test('reach all workers', async () => {
    const { pool } = world({ behaviours: [['good']] });
    await pool.open();
    pool.stop();
    await expect.poll(() => pool.status().state).toBe('stopped');
    pool.start();
    await expect.poll(() => pool.status().state).toBe('running');
  });

  test('are seen at once, and not undone by a report of before', async () => {
    const { pool } = world({ behaviours: [['obeys-late']] });
    await pool.open();
    pool.start();
    pool.stop();
    expect(pool.status().state).toBe('draining');
    await pool.dispatchOnce();
    expect(pool.status().state).toBe('draining');
  });
});

describe('a single dispatch', () => {
  test('is done by the worker that has least to do', async () => {
    const { pool } = world({
      behaviours: [
        ['good', '7'],
        ['good', '4'],
      ],
    });
    await pool.open();
    expect(await pool.dispatchOnce()).toMatchObject({ kind: 'dispatched', report: { claimed: 4 } });
  });

  test('is done by another where that one is busy', async () => {
    const { pool } = world({ behaviours: [['good', '7'], ['is-busy']] });
    await pool.open();
    expect(await pool.dispatchOnce()).toMatchObject({ kind: 'dispatched', report: { claimed: 7 } });
  });

  test.each([
    [['is-busy'], ['is-busy'], 'busy'],
    [['is-paused'], ['is-busy'], 'paused'],
  ])('by %j and %j is refused as %s', async (one, other, kind) => {
    const { pool } = world({ behaviours: [one, other] });
    await pool.open();
    expect((await pool.dispatchOnce()).kind).toBe(kind);
  });

  test('passes over a worker that has ended while another was asked', async () => {
    const { pool, children } = world({ behaviours: [['is-busy'], ['good'], ['is-busy']] });
    await pool.open();
    children[0]?.kill('SIGSTOP');
    const dispatching = pool.dispatchOnce();
    children[1]?.kill('SIGKILL');
    await expect.poll(() => pool.status().workers?.restarts).toBe(1);
    children[0]?.kill('SIGCONT');
    expect((await dispatching).kind).toBe('busy');
  });

  test('fails when the worker dies of it, and says that nobody knows what became of the batch', async () => {
    const { pool } = world({ behaviours: [['dies-of-work']] });
    await pool.open();
    await expect(pool.dispatchOnce()).rejects.toThrow('what became of the batch is not known');
  });
});

describe('closing', () => {
  test('ends all workers, and starts none again', async () => {
    const { pool, children } = world({ behaviours: [['good']], workers: 3 });
    await pool.open();
    await pool.close();
    expect(children.map(hasEnded)).toEqual([true, true, true]);
    expect(pool.status().workers).toEqual({ wanted: 3, alive: 0, restarts: 0, eventsDropped: 0 });
  });

  test('waits for no worker that is about to be started again', async () => {
    const { pool, children, text } = world({ behaviours: [['good'], ['good'], ['crashes']] });
    await pool.open();
    children[0]?.kill('SIGKILL');
    await expect.poll(text).toContain('another is started in 200 ms');
    const started = children.length;
    await pool.close();
    expect(children).toHaveLength(started);
  });

  test('kills a worker that does not end, five seconds after the drain deadline', async () => {
    const clock = new ManualClock();
    const { pool, children, text } = world({ behaviours: [['never-ends'], ['good']], clock });
    await pool.open();
    const closed = pool.close();
    await expect.poll(() => hasEnded(children[1])).toBe(true);
    await clock.advance(5_900);
    expect(hasEnded(children[0])).toBe(false);
    await clock.advance(100);
    await closed;
    expect(children[0]?.signalCode).toBe('SIGKILL');
    expect(text()).toContain('a worker does not end in time and is killed');
  });
});
