import type { MessageJson, MessagePageJson } from '@messaging-system/http-hono';
import type { Command } from 'commander';
import { type ListFilter, listPath } from '../connection/messaging-api.ts';
import { ExitCode } from '../exit-code.ts';
import { MESSAGE_COLUMNS, messageDetail, messageLine } from '../output/message-text.ts';
import { type CommonOptions, defineCommand, type Runner } from '../runner.ts';
import { status, wholeNumber } from './parse-options.ts';

interface ListOptions extends CommonOptions, ListFilter {
  readonly limit: number;
  readonly cursor?: string;
}

export function listCommand(run: Runner): Command {
  return defineCommand<ListOptions>(
    run,
    'list',
    {
      summary: 'list messages, newest first',
      description: 'Lists messages, newest first. All of them at once: see export.',
      asks: 'store',
      examples: ['list', 'list --status failed --limit 100', 'list --phone +905551234567 --json'],
    },
    (command) =>
      command
        .option('--status <status>', 'only these: unsent, sent, failed, unknown or cancelled', status)
        .option('--phone <number>', 'only those to this phone number')
        .option('--limit <n>', 'largest number of messages, 1 to 1000', wholeNumber(1, 1000), 20)
        .option('--cursor <cursor>', 'continue after an earlier page'),
    async ({ output, connect }, options) => {
      const api = await connect();
      const page = await api.get<MessagePageJson>(listPath(options, options.limit, options.cursor));
      if (output.isJson) output.json(page);
      else if (page.items.length === 0) output.note('There is no such message.');
      else {
        output.line(output.style('bold', MESSAGE_COLUMNS));
        for (const message of page.items) output.line(messageLine(message, output));
      }
      if (page.nextCursor !== null) output.remark(`There are more: --cursor ${page.nextCursor}`);
      return ExitCode.OK;
    },
  );
}

export function showCommand(run: Runner): Command {
  return defineCommand<CommonOptions, [id: string]>(
    run,
    'show',
    {
      summary: 'show one message with its attempts',
      description: 'Shows one message and what came of each attempt to deliver it.',
      asks: 'store',
      examples: ['show 6924f0c2a1b2c3d4e5f60718', 'show 6924f0c2a1b2c3d4e5f60718 --json'],
    },
    (command) => command.argument('<id>', 'as list and send print it'),
    async ({ output, connect }, _, id) => {
      const api = await connect();
      const message = await api.get<MessageJson>(`/messages/${encodeURIComponent(id)}`);
      output.result(message, messageDetail(message, output));
      return ExitCode.OK;
    },
  );
}
