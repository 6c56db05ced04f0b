import { expect, test } from 'vitest';
import { parseFromWorker, parseToWorker } from '../../src/workers/protocol.ts';
import { RUNNING } from '../support/worker-reports.ts';

const REPORT = { kind: 'report', status: RUNNING, command: 1, events: [], dropped: 0 };
const FAULT = { type: 'StartError', message: 'cannot open the file' };

test.each([
  [{ kind: 'start', command: 3 }],
  [{ kind: 'stop', command: 0 }],
  [{ kind: 'wake' }],
  [{ kind: 'dispatch', id: 7 }],
  [{ kind: 'end' }],
  [
    {
      kind: 'open',
      setup: { config: {}, target: { url: 'http://x/', isSandbox: true }, starts: true, command: 0 },
    },
  ],
])('takes what the main process says: %j', (message) => {
  expect(parseToWorker(JSON.parse(JSON.stringify(message)))).toEqual(message);
});

test.each([
  [null],
  ['end'],
  [{ kind: 'halt' }],
  [{ kind: 'start' }],
  [{ kind: 'start', command: -1 }],
  [{ kind: 'dispatch', id: '7' }],
  [{ kind: 'end', now: true }],
  [
    {
      kind: 'open',
      setup: { config: null, target: { url: 'x', isSandbox: true }, starts: true, command: 0 },
    },
  ],
])('passes over what the main process never says: %j', (given) => {
  expect(parseToWorker(given)).toBeNull();
});

test.each([
  [REPORT],
  [{ ...REPORT, status: null }],
  [{ ...REPORT, status: { ...RUNNING, breaker: { state: 'open', reason: 'http_410', until: null } } }],
  [{ ...REPORT, events: [{ type: 'dispatcher.started', at: 5 }], dropped: 12 }],
  [{ kind: 'failed', fault: FAULT }],
  [{ kind: 'dispatched', id: 0, answer: { kind: 'result', result: { kind: 'busy' } } }],
  [{ kind: 'dispatched', id: 0, answer: { kind: 'fault', fault: FAULT } }],
])('takes what a worker says: %j', (message) => {
  expect(parseFromWorker(JSON.parse(JSON.stringify(message)))).toEqual(message);
});

test.each([
  [undefined],
  [{ kind: 'ready' }],
  [{ ...REPORT, dropped: 1.5 }],
  [{ ...REPORT, status: { ...RUNNING, state: 'asleep' } }],
  [{ ...REPORT, events: {} }],
  [{ ...REPORT, events: [{ type: 'no.such', at: 5 }] }],
  [{ ...REPORT, events: [{ type: 'dispatcher.started' }] }],
  [{ ...REPORT, events: [{ type: 'attempt.started', at: 5, message: 'x' }] }],
  [{ ...REPORT, events: [{ type: 'store.unavailable', at: 5, error: {} }] }],
  [{ kind: 'failed', fault: 'no' }],
  [{ kind: 'dispatched', id: 0, answer: { kind: 'result', result: { kind: 'dispatched' } } }],
])('passes over what a worker never says: %j', (given) => {
  expect(parseFromWorker(given)).toBeNull();
});
