import { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { ExitCode } from '../exit-code.ts';
import { noteHeldBack } from './note-held-back.ts';
import { type CommonOptions, examples, type Runner, withConnection } from './runner.ts';

export function startCommand(run: Runner): Command {
  return processorCommand(run, {
    name: 'start',
    summary: 'start delivery, and close the breaker',
    description:
      'Starts the processor of the server that answers, and its workers. Where it runs, this closes an open breaker and ends a pause. Other servers on the same store are not asked. It does not end a stop for all servers: --all does.',
    all: 'also end the stop for all servers on the same store',
    doneForAll: 'delivery is no longer stopped for all servers; the processor of this server is started',
    doneDirect: 'delivery is no longer stopped for all servers; servers whose processor runs deliver again',
    done: 'the processor of this server is started',
  });
}

const EVERY_SERVER_STOPS = 'every server on the same store stops within 2 s, until "start --all"';

export function stopCommand(run: Runner): Command {
  return processorCommand(run, {
    name: 'stop',
    summary: 'stop delivery: what is under way may finish',
    description:
      'Stops the processor of the server that answers, and its workers: nothing new is claimed, what is under way may finish. Other servers on the same store go on delivering, and this one delivers again when it is restarted, unless processor.autoStart is false. With --all every server on the same store stops within 2 s, also when it is restarted, until "start --all"; servers of releases that do not know this option go on.',
    all: 'stop every server on the same store, until "start --all"',
    doneForAll: EVERY_SERVER_STOPS,
    doneDirect: EVERY_SERVER_STOPS,
    done: 'the processor of this server stops; other servers on the same store go on',
  });
}

interface ProcessorAction {
  readonly name: 'start' | 'stop';
  readonly summary: string;
  readonly description: string;
  /** What --all does. */
  readonly all: string;
  readonly doneForAll: string;
  /** The same where no server was asked. */
  readonly doneDirect: string;
  readonly done: string;
}

function processorCommand(
  run: Runner,
  { name, summary, description, all, doneForAll, doneDirect, done }: ProcessorAction,
): Command {
  return withConnection(new Command(name).summary(summary).description(description).option('--all', all))
    .addHelpText(
      'after',
      examples(name, `${name} --all`, `${name} --all --direct`, `${name} --url http://10.0.0.7:3000`),
    )
    .action((options: CommonOptions & { readonly all?: true }) =>
      run(options, async ({ output, connect }) => {
        const forAll = options.all === true;
        if (options.direct === true && !forAll) {
          throw new CommandError(
            ExitCode.USAGE,
            'usage',
            `only a running server can be asked to ${name}: leave --direct out, or ${name} all servers with --all.`,
          );
        }
        const api = await connect({ mayCreate: name === 'stop' && forAll });
        const answer = await api.post<unknown>(`/processor/${name}${forAll ? '-all' : ''}`);
        if (output.isJson) output.json(answer);
        else if (forAll) output.line(api.isDirect ? doneDirect : doneForAll);
        else output.line(done);
        if (name === 'start' && !forAll) await noteHeldBack(api, output, { afterStart: true });
        return ExitCode.OK;
      }),
    );
}
