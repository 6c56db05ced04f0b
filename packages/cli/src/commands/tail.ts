import { Command } from 'commander';
import { ExitCode } from '../exit-code.ts';
import type { LiveEvent } from '../tail/watch-events.ts';
import { type CommonOptions, examples, type Runner, withServer } from './runner.ts';

interface TailOptions extends CommonOptions {
  readonly type?: readonly string[];
}

export function tailCommand(run: Runner): Command {
  return withServer(
    new Command('tail')
      .summary('watch what happens, as it happens')
      .description(
        'Prints the events of the server that answers, until it is ended by a signal. A connection that is lost is opened again. Messages are named by id alone.',
      )
      .option(
        '--type <type...>',
        'only events of these types, such as message.settled; by default all but empty claims',
      ),
  )
    .addHelpText(
      'after',
      examples('tail', 'tail --type message.settled breaker.opened', 'tail --json | jq .messageId'),
    )
    .action((options: TailOptions) =>
      run(options, async ({ output, connect }) => {
        const api = await connect();
        const { eventLine, watchEvents } = await import('../tail/watch-events.ts');
        const ending = new AbortController();
        let exitCode: number = ExitCode.SIGINT;
        const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
          exitCode = ExitCode[signal];
          ending.abort();
        };
        process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
        await watchEvents(api, {
          signal: ending.signal,
          onOpen: () => output.note(`Watching ${api.url}`),
          onLost: () => output.note('The connection is lost; trying again …'),
          onEvent: (event) => {
            if (!(options.type?.includes(event.type) ?? !isEmptyClaim(event))) return;
            if (output.isJson) output.json(event);
            else output.line(eventLine(event, output));
          },
        });
        return exitCode;
      }),
    );
}

/** A server without work claims nothing again and again. */
function isEmptyClaim({ type, count }: LiveEvent): boolean {
  return type === 'batch.claimed' && count === 0;
}
