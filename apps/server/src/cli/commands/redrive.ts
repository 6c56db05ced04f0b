import type { ProcessorJson } from '@messaging-system/http-hono';
import { Command } from 'commander';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { CommandError } from '../command-error.ts';
import { connect } from '../connection/connect.ts';
import { type MessagingApi, refusalError } from '../connection/messaging-api.ts';
import { changeEach } from './change-each.ts';
import { confirm } from './confirm.ts';
import { redrivableStatus } from './parse-options.ts';
import { type CommonOptions, examples, type Runner, withConnection } from './runner.ts';

interface RedriveOptions extends CommonOptions {
  readonly status?: 'failed' | 'unknown';
  readonly phone?: string;
  readonly yes?: boolean;
}

export function redriveCommand(run: Runner): Command {
  return withConnection(
    new Command('redrive')
      .summary('send failed or unknown messages again')
      .description(
        'Sends failed or unknown messages again: those that are named, or with --status all of them. Their attempts start again, their history stays.',
      )
      .argument('[id...]', 'of one or several messages')
      .option('--status <status>', 'everything that is failed, or unknown', redrivableStatus)
      .option('--phone <number>', 'with --status: only to this phone number')
      .option('--yes', 'with --status: do not ask'),
  )
    .addHelpText(
      'after',
      examples(
        'redrive 6924f0c2a1b2c3d4e5f60718',
        'redrive --status failed',
        'redrive --status unknown --phone +905551234567 --yes',
      ),
    )
    .action((ids: readonly string[], options: RedriveOptions) =>
      run(options, async (output, lifetimes) => {
        const { status, phone } = options;
        if ((status === undefined) === (ids.length === 0)) {
          throw new CommandError(
            ExitCode.USAGE,
            'usage',
            'name the messages, or say --status failed or --status unknown.',
          );
        }
        const api = await connect(options, lifetimes);
        if (status === undefined) return changeEach(api, ids, 'redrive', 'will be sent again', output);
        if (options.yes !== true) {
          const which =
            phone === undefined ? await howMany(api, status) : `every ${status} message to ${phone}`;
          await confirm(output, `Send ${which} again?`);
        }
        const filter = { status, ...(phone === undefined ? {} : { phoneNumber: phone }) };
        const { redriven } = await api.post<{ readonly redriven: number }>('/messages/redrive', filter);
        if (output.isJson) output.json({ redriven });
        else output.line(`${redriven} will be sent again`);
        return ExitCode.OK;
      }),
    );
}

async function howMany(api: MessagingApi, status: 'failed' | 'unknown'): Promise<string> {
  const answer = await api.ask<ProcessorJson>('GET', '/processor');
  // A key that may operate and not read is enough.
  if (!answer.isOk && answer.code !== 'insufficient_scope') throw refusalError(answer);
  const counts = answer.isOk ? answer.body.counts : null;
  if (counts === null) return `every ${status} message`;
  const { count, exact } = counts[status];
  return `${exact ? '' : 'more than '}${count} ${status} ${count === 1 ? 'message' : 'messages'}`;
}
