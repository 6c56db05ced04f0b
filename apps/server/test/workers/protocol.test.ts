import { expect, test } from 'vitest';
import { isFromWorker, isToWorker } from '../../src/workers/protocol.ts';

test.each(['open', 'start', 'stop', 'wake', 'dispatch', 'end'])('a worker takes %s', (kind) => {
  expect(isToWorker({ kind })).toBe(true);
  expect(isFromWorker({ kind })).toBe(false);
});

test.each(['failed', 'report', 'dispatched'])('the main process takes %s', (kind) => {
  expect(isFromWorker({ kind })).toBe(true);
  expect(isToWorker({ kind })).toBe(false);
});

test.each([[null], [undefined], ['end'], [{}], [{ kind: 'halt' }], [{ kind: 'toString' }], [{ kind: null }]])(
  'both pass over what something else in the process says: %j',
  (given) => {
    expect(isToWorker(given)).toBe(false);
    expect(isFromWorker(given)).toBe(false);
  },
);
