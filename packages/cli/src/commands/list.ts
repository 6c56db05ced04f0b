import type { MessagePageJson } from '@messaging-system/http-hono';
import { Command } from 'commander';
import { type ListFilter, listPath } from '../connection/messaging-api.ts';
import { ExitCode } from '../exit-code.ts';
import { MESSAGE_COLUMNS, messageLine } from '../output/message-text.ts';
import { status, wholeNumber } from './parse-options.ts';
import { type CommonOptions, examples, type Runner, withConnection } from './runner.ts';

interface ListOptions extends CommonOptions, ListFilter {
  readonly limit: number;
  readonly cursor?: string;
}

export function listCommand(run: Runner): Command {
  return withConnection(
    new Command('list')
      .summary('list messages, newest first')
      .description('Lists messages, newest first. All of them at once: see export.')
      .option('--status <status>', 'only these: unsent, sent, failed, unknown or cancelled', status)
      .option('--phone <number>', 'only those to this phone number')
      .option('--limit <n>', 'how many at the most, 1 to 1000', wholeNumber(1, 1000), 20)
      .option('--cursor <cursor>', 'go on where an earlier page ended'),
  )
    .addHelpText(
      'after',
      examples('list', 'list --status failed --limit 100', 'list --phone +905551234567 --json'),
    )
    .action((options: ListOptions) =>
      run(options, async ({ output, connect }) => {
        const api = await connect();
        const page = await api.get<MessagePageJson>(listPath(options, options.limit, options.cursor));
        if (output.isJson) {
          output.json(page);
          return ExitCode.OK;
        }
        if (page.items.length === 0) output.note('There is no such message.');
        else output.line(output.style('bold', MESSAGE_COLUMNS));
        for (const message of page.items) output.line(messageLine(message, output));
        if (page.nextCursor !== null) output.note(`There are more: --cursor ${page.nextCursor}`);
        return ExitCode.OK;
      }),
    );
}
