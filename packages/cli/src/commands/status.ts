import type { StatusCounts } from '@messaging-system/core';
import { MESSAGE_STATUSES } from '@messaging-system/core/adapter';
import type { BreakerJson, ProcessorJson, WorkersStatus } from '@messaging-system/http-hono';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.ts';
import { STATUS_STYLE, shownInstant } from '../output/message-text.ts';
import type { Output } from '../output/output.ts';
import { formatDuration, shownPace } from '../text.ts';
import { type CommonOptions, examples, type Runner, withConnection } from './runner.ts';

const LABEL_WIDTH = 16;

export function statusCommand(run: Runner): Command {
  return withConnection(
    new Command('status')
      .summary('show how the processor and its queue stand')
      .description(
        'Shows the processor of the server that answers, and the queue that all servers share. With --direct only the queue. Ends with 1 while the store is not there.',
      ),
  )
    .addHelpText('after', examples('status', 'status --json', 'status --direct'))
    .action((options: CommonOptions) =>
      run(options, async ({ output, connect }) => {
        const api = await connect();
        const processor = await api.get<ProcessorJson>('/processor');
        const { counts, oldestDueAgeMs, storeFault, deliveryStop } = processor;
        const ofStore = { counts, oldestDueAgeMs, storeFault, deliveryStop };
        if (output.isJson) output.json(api.isDirect ? ofStore : processor);
        else {
          if (!api.isDirect) showProcessor(processor, output);
          if (deliveryStop !== undefined) {
            const text = `by ${deliveryStop.by ?? 'an operator'} since ${shownInstant(deliveryStop.at)}, until "start --all"`;
            output.line(row('stopped for all', output.style('red', text)));
          }
          showQueue(counts, oldestDueAgeMs, output);
          if (storeFault !== null) output.line(row('store', output.style('red', storeFault)));
        }
        return storeFault === null ? ExitCode.OK : ExitCode.REFUSED;
      }),
    );
}

function showProcessor(processor: ProcessorJson, output: Output): void {
  const { state, breaker, pausedUntil, inFlight, leased, lastClaimAt, clockOffsetMs, workers, failure } =
    processor;
  output.line(row('processor', output.style(state === 'running' ? 'green' : 'yellow', state)));
  // A server of an earlier version says nothing of them.
  if (workers) output.line(row('workers', shownWorkers(workers, output)));
  output.line(
    row('breaker', output.style(breaker.state === 'closed' ? 'green' : 'red', shownBreaker(breaker))),
  );
  if (pausedUntil !== null) output.line(row('paused until', shownInstant(pausedUntil)));
  output.line(row('under way', `${inFlight}, of ${leased} that are claimed`));
  output.line(row('last claim', shownInstant(lastClaimAt)));
  // A server of an earlier version says nothing of it.
  if (processor.pace) output.line(row('pace', paceAndNext(processor.pace)));
  // A server of an earlier version says nothing of it.
  if (failure)
    output.line(
      row(
        'failed',
        output.style(
          'red',
          `${failure.error} in ${failure.during} at ${shownInstant(failure.at)}; see the log`,
        ),
      ),
    );
  if (clockOffsetMs !== 0) output.line(row('clock is off by', `${clockOffsetMs} ms`));
}

function paceAndNext(pace: NonNullable<ProcessorJson['pace']>): string {
  const isWaiting = !pace.drain && pace.nextAt !== null;
  return `${shownPace(pace)}${isWaiting ? `, next at ${shownInstant(pace.nextAt)}` : ''}`;
}

function showQueue(counts: StatusCounts | null, oldestDueAgeMs: number | null, output: Output): void {
  for (const status of MESSAGE_STATUSES) {
    const { count = 0, exact = false } = counts?.[status] ?? {};
    const shown = counts === null ? '?' : `${exact ? '' : 'at least '}${count.toLocaleString('en')}`;
    output.line(row(status, count === 0 ? shown : output.style(STATUS_STYLE[status], shown)));
  }
  if (oldestDueAgeMs !== null && oldestDueAgeMs > 0) {
    output.line(row('oldest is due', `since ${formatDuration(Math.round(oldestDueAgeMs / 1000) * 1000)}`));
  }
}

function shownBreaker(breaker: BreakerJson): string {
  switch (breaker.state) {
    case 'closed':
      return breaker.failures === 0 ? 'closed' : `closed, ${breaker.failures} failures in a row`;
    case 'open':
      return breaker.until === null
        ? `open: ${breaker.reason}; until the processor is started again`
        : `open: ${breaker.reason}; until ${shownInstant(breaker.until)}`;
    case 'probing':
      return `probing: ${breaker.reason}`;
  }
}

function shownWorkers({ wanted, alive, restarts }: WorkersStatus, output: Output): string {
  const shown = output.style(alive === wanted ? 'green' : 'yellow', `${alive} of ${wanted}`);
  return restarts === 0 ? shown : `${shown}, started again ${restarts} times`;
}

function row(label: string, value: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${value}`;
}
