import type { MessageJson } from '@messaging-system/http-hono';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.ts';
import { messageDetail } from '../output/message-text.ts';
import { type CommonOptions, examples, type Runner, withConnection } from './runner.ts';

export function showCommand(run: Runner): Command {
  return withConnection(
    new Command('show')
      .summary('show one message with its attempts')
      .description('Shows one message and what came of each attempt to deliver it.')
      .argument('<id>', 'as list and send print it'),
  )
    .addHelpText('after', examples('show 6924f0c2a1b2c3d4e5f60718', 'show 6924f0c2a1b2c3d4e5f60718 --json'))
    .action((id: string, options: CommonOptions) =>
      run(options, async ({ output, connect }) => {
        const api = await connect();
        const message = await api.get<MessageJson>(`/messages/${encodeURIComponent(id)}`);
        if (output.isJson) output.json(message);
        else output.line(messageDetail(message, output));
        return ExitCode.OK;
      }),
    );
}
