import { MESSAGE_STATUSES } from '@messaging-system/core/adapter';
import type { BreakerJson, ProcessorJson, WorkersStatus } from '@messaging-system/http-hono';
import type { Command } from 'commander';
import { ExitCode } from '../exit-code.ts';
import { STATUS_STYLE, shownInstant } from '../output/message-text.ts';
import type { Output } from '../output/output.ts';
import { defineCommand, type Runner } from '../runner.ts';
import { formatDuration, shownPace } from '../text.ts';

const LABEL_WIDTH = 16;

export function statusCommand(run: Runner): Command {
  return defineCommand(
    run,
    'status',
    {
      summary: 'show the state of the processor and its queue',
      description:
        'Shows the processor of the server that answers, and the queue that all servers share. With --direct only the queue. Exits with 1 if the store cannot be reached.',
      asks: 'store',
      examples: ['status', 'status --json', 'status --direct'],
    },
    (command) => command,
    async ({ output, connect }) => {
      const api = await connect();
      const processor = await api.get<ProcessorJson>('/processor');
      const { counts, oldestDueAgeMs, storeFault, deliveryStop } = processor;
      if (output.isJson) {
        output.json(api.isDirect ? { counts, oldestDueAgeMs, storeFault, deliveryStop } : processor);
      } else {
        // First: the processor runs, and delivers nothing.
        showStop(processor, output);
        if (!api.isDirect) showProcessor(processor, output);
        showQueue(processor, output);
      }
      return storeFault === null ? ExitCode.OK : ExitCode.REFUSED;
    },
  );
}

function showStop({ deliveryStop }: ProcessorJson, output: Output): void {
  if (deliveryStop === undefined) return;
  const text = `by ${deliveryStop.by ?? 'an operator'} since ${shownInstant(deliveryStop.at)}, until "start --all"`;
  row(output, 'stopped for all', output.style('red', text));
}

function showProcessor(processor: ProcessorJson, output: Output): void {
  const { state, breaker, pausedUntil, inFlight, leased, lastClaimAt, clockOffsetMs } = processor;
  // A server of an earlier version says nothing of these.
  const { workers, pace, failure } = processor;
  row(output, 'processor', output.style(state === 'running' ? 'green' : 'yellow', state));
  if (workers) row(output, 'workers', shownWorkers(workers, output));
  row(output, 'breaker', output.style(breaker.state === 'closed' ? 'green' : 'red', shownBreaker(breaker)));
  if (pausedUntil !== null) row(output, 'paused until', shownInstant(pausedUntil));
  row(output, 'under way', `${inFlight}, of ${leased} that are claimed`);
  row(output, 'last claim', shownInstant(lastClaimAt));
  if (pace) row(output, 'pace', paceAndNext(pace));
  if (failure) {
    const text = `${failure.error} in ${failure.during} at ${shownInstant(failure.at)}; see the log`;
    row(output, 'failed', output.style('red', text));
  }
  if (clockOffsetMs !== 0) row(output, 'clock is off by', `${clockOffsetMs} ms`);
}

function paceAndNext(pace: NonNullable<ProcessorJson['pace']>): string {
  const isWaiting = !pace.drain && pace.nextAt !== null;
  return `${shownPace(pace)}${isWaiting ? `, next at ${shownInstant(pace.nextAt)}` : ''}`;
}

function showQueue(processor: ProcessorJson, output: Output): void {
  const { counts, oldestDueAgeMs, storeFault } = processor;
  for (const status of MESSAGE_STATUSES) {
    const { count = 0, exact = false } = counts?.[status] ?? {};
    const shown = counts === null ? '?' : `${exact ? '' : 'at least '}${count.toLocaleString('en')}`;
    row(output, status, count === 0 ? shown : output.style(STATUS_STYLE[status], shown));
  }
  if (oldestDueAgeMs !== null && oldestDueAgeMs > 0) {
    const age = formatDuration(Math.round(oldestDueAgeMs / 1000) * 1000);
    row(output, 'oldest is due', `since ${age}`);
  }
  if (storeFault !== null) row(output, 'store', output.style('red', storeFault));
}

function shownBreaker(breaker: BreakerJson): string {
  switch (breaker.state) {
    case 'closed':
      return breaker.failures === 0 ? 'closed' : `closed, ${shownFailures(breaker)}`;
    case 'open':
      return breaker.until === null
        ? `open: ${breaker.reason}; until the processor is started again`
        : `open: ${breaker.reason}; until ${shownInstant(breaker.until)}`;
    case 'probing':
      return `probing: ${breaker.reason}`;
  }
}

function shownFailures({
  failures,
  reason,
}: {
  readonly failures: number;
  readonly reason?: string;
}): string {
  const text = failures === 1 ? '1 failure' : `${failures} failures in a row`;
  return reason === undefined ? text : `${text}: ${reason}`;
}

function shownWorkers({ wanted, alive, restarts }: WorkersStatus, output: Output): string {
  const shown = output.style(alive === wanted ? 'green' : 'yellow', `${alive} of ${wanted}`);
  return restarts === 0 ? shown : `${shown}, started again ${restarts} times`;
}

function row(output: Output, label: string, value: string): void {
  output.line(`${label.padEnd(LABEL_WIDTH)}${value}`);
}
