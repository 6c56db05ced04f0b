import { Command } from 'commander';
import { connect } from '../connection/connect.ts';
import { changeEach } from './change-each.ts';
import { type CommonOptions, examples, type Runner, withConnection } from './runner.ts';

export function cancelCommand(run: Runner): Command {
  return withConnection(
    new Command('cancel')
      .summary('drop unsent messages')
      .description(
        'Drops unsent messages. One that is being delivered, or was, stays; the command then ends with 1.',
      )
      .argument('<id...>', 'of one or several messages'),
  )
    .addHelpText('after', examples('cancel 6924f0c2a1b2c3d4e5f60718'))
    .action((ids: readonly string[], options: CommonOptions) =>
      run(options, async (output, lifetimes) =>
        changeEach(await connect(options, lifetimes), ids, 'cancel', 'cancelled', output),
      ),
    );
}
