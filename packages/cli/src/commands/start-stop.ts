import type { Command } from 'commander';
import { usageError } from '../command-error.ts';
import { ExitCode } from '../exit-code.ts';
import { type CommonOptions, defineCommand, type Runner } from '../runner.ts';
import { noteHeldBack } from './note-held-back.ts';

export function startCommand(run: Runner): Command {
  return processorCommand(run, {
    name: 'start',
    summary: 'start delivery, and try a receiver that failed',
    description:
      'Starts the processor of the server that answers, and its workers. Where it runs, this ends a pause. Where the breaker is open, one message is tried without waiting for the cool-down, and delivery goes on when it gets through. Other servers on the same store are not asked. It does not end a stop for all servers: --all does.',
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
    summary: 'stop delivery; sends under way may finish',
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
  /** The route of --all. */
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
  const examples = [name, `${name} --all`, `${name} --all --direct`, `${name} --url http://10.0.0.7:3000`];
  return defineCommand<CommonOptions & { readonly all?: true }>(
    run,
    name,
    { summary, description, asks: 'store', examples },
    (command) => command.option('--all', all),
    async ({ output, connect }, { direct, all: forAll = false }) => {
      if (direct === true && !forAll) {
        throw usageError(
          `only a running server can be asked to ${name}: leave --direct out, or ${name} all servers with --all.`,
        );
      }
      const api = await connect({ mayCreate: name === 'stop' && forAll });
      const answer = await api.post<unknown>(`/processor/${name}${forAll ? '-all' : ''}`);
      output.result(answer, !forAll ? done : api.isDirect ? doneDirect : doneForAll);
      if (name === 'start' && !forAll) await noteHeldBack(api, output, { afterStart: true });
      return ExitCode.OK;
    },
  );
}
