import type { Command } from 'commander';
import { endBySignal } from '../end-by-signal.ts';
import { type CommonOptions, defineCommand, type Runner } from '../runner.ts';
import type { LiveEvent } from '../tail/watch-events.ts';

interface TailOptions extends CommonOptions {
  readonly type?: readonly string[];
}

export function tailCommand(run: Runner): Command {
  return defineCommand<TailOptions>(
    run,
    'tail',
    {
      summary: 'watch what happens, as it happens',
      description:
        'Prints the events of the server that answers, until it is ended by a signal. A connection that is lost is opened again. Messages are named by id alone.',
      asks: 'server',
      examples: ['tail', 'tail --type message.settled breaker.opened', 'tail --json | jq .messageId'],
    },
    (command) =>
      command.option(
        '--type <type...>',
        'only events of these types, such as message.settled; by default all but empty claims',
      ),
    async ({ output, connect, lifetimes }, { type }) => {
      const api = await connect();
      const { eventLine, watchEvents } = await import('../tail/watch-events.ts');
      const ending = endBySignal(lifetimes);
      await watchEvents(api, {
        signal: ending.signal,
        onOpen: () => output.note(`Watching ${api.url}`),
        onLost: () => output.note('The connection is lost; trying again …'),
        onEvent: (event) => {
          if (!(type?.includes(event.type) ?? !isEmptyClaim(event))) return;
          output.result(event, eventLine(event, output));
        },
      });
      return ending.exitCode();
    },
  );
}

/** A server without work claims nothing again and again. */
function isEmptyClaim({ type, count }: LiveEvent): boolean {
  return type === 'batch.claimed' && count === 0;
}
