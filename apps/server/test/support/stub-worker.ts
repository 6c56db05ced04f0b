// A worker that behaves as a test needs it: `process.argv[2]` says how.
const behaviour = process.argv[2];

const status = {
  state: 'running',
  breaker: { state: 'closed', failures: 0 },
  pausedUntil: null,
  leased: Number(process.argv[3] ?? 0),
  inFlight: 0,
  lastClaimAt: null,
  storeFault: null,
  failure: null,
  clockOffsetMs: 0,
  pace: null,
};

function report(command: number, state: string = status.state): void {
  process.send?.({ kind: 'report', status: { ...status, state }, command, events: [], dropped: 0 });
}

function opened(): void {
  switch (behaviour) {
    case 'cannot-open':
      process.send?.({
        kind: 'failed',
        fault: { type: 'StartError', message: 'cannot open the SQLite file x' },
      });
      process.disconnect();
      break;
    case 'has-wrong-options':
      process.send?.({
        kind: 'failed',
        fault: {
          type: 'InvalidOptionsError',
          message: 'a; b',
          code: 'invalid_options',
          problems: ['a', 'b'],
        },
      });
      process.disconnect();
      break;
    case 'crashes':
      process.exit(3);
      break;
    case 'babbles':
      process.send?.({ kind: 'report', status: 'fine' });
      process.send?.('fine');
      report(0);
      break;
    default:
      report(0);
  }
}

process.on('message', ({ kind, command, id }: { kind: string; command: number; id: number }) => {
  switch (kind) {
    case 'open':
      opened();
      break;
    case 'start':
    case 'stop':
      // A late one still knows the state of before.
      if (behaviour === 'obeys-late') report(command - 1);
      else report(command, kind === 'start' ? 'running' : 'stopped');
      break;
    case 'dispatch':
      if (behaviour === 'dies-of-work') process.exit(1);
      process.send?.({
        kind: 'dispatched',
        id,
        answer: { kind: 'result', result: result() },
      });
      break;
    case 'end':
      if (behaviour !== 'never-ends') process.disconnect();
      break;
  }
});

function result(): unknown {
  if (behaviour === 'is-busy') return { kind: 'busy' };
  if (behaviour === 'is-paused') return { kind: 'paused', reason: 'http_503', until: null };
  const report = { sent: 0, recalled: 0, retried: 0, failed: 0, unknown: 0, released: 0, lost: 0 };
  return { kind: 'dispatched', report: { claimed: status.leased, ...report } };
}
