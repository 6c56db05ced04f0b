import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseFromWorker } from '../../src/workers/protocol.ts';
import { workerArgv } from '../../src/workers/worker-process.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const FLOODING = join(import.meta.dirname, '../support/flooding-worker.ts');
const EVENTS = 100_000;
// The events that fit into the socket, in addition to the 10,000 that wait.
const MOST_TAKEN_AT_ONCE = 25_000;
const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(4));

test('a worker whose main process does not listen drops what is too much, and says how much it was', async () => {
  const doneFile = join(temporaryHome(), 'done');
  const worker = fork(FLOODING, [String(EVENTS), doneFile], { execArgv: workerArgv(process.execArgv) });
  onTestFinished(() => void worker.kill('SIGKILL'));
  let told = 0;
  let dropped = 0;
  let isFirst = true;
  worker.on('message', (given) => {
    const message = parseFromWorker(given);
    if (message?.kind !== 'report') throw new Error('that is no report');
    told += message.events.length;
    dropped += message.dropped;
    // From the first report on this process does something else, until the worker has observed it all.
    while (isFirst && !existsSync(doneFile)) Atomics.wait(NEVER_WOKEN, 0, 0, 20);
    isFirst = false;
  });
  await expect.poll(() => worker.exitCode, { timeout: 40_000 }).toBe(0);
  expect(told + dropped).toBe(EVENTS);
  expect(told).toBeLessThan(MOST_TAKEN_AT_ONCE);
});
