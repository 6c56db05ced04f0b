import type { RedriveFilter } from '@messaging-system/core';
import type { ProcessorJson } from '@messaging-system/http-hono';
import type { Command } from 'commander';
import { usageError } from '../command-error.ts';
import { type MessagingApi, refusalError } from '../connection/messaging-api.ts';
import { ExitCode } from '../exit-code.ts';
import { type CommonOptions, defineCommand, type Runner } from '../runner.ts';
import { changeEach } from './change-each.ts';
import { confirm } from './confirm.ts';
import { noteHeldBack } from './note-held-back.ts';
import { redrivableStatus } from './parse-options.ts';

interface RedriveOptions extends CommonOptions {
  readonly status?: RedriveFilter['status'];
  readonly phone?: string;
  readonly yes?: boolean;
}

export function redriveCommand(run: Runner): Command {
  return defineCommand<RedriveOptions, [ids: readonly string[]]>(
    run,
    'redrive',
    {
      summary: 'send failed or unknown messages again, or now what waits for a retry',
      description:
        'Sends failed or unknown messages again: those that are named, or with --status all of them. Their attempts start again, their history stays. ' +
        'An unknown message may have arrived: ask the receiver first, and redrive only what it does not have. ' +
        'An unsent message that failed and waits for its next attempt is sent now, with the attempts that it has left; what is under way, or was asked for later, is left alone.',
      asks: 'store',
      examples: [
        'redrive 6924f0c2a1b2c3d4e5f60718',
        'redrive --status failed',
        'redrive --status unsent',
        'redrive --status unknown --phone +905551234567 --yes',
      ],
    },
    (command) =>
      command
        .argument('[id...]', 'of one or several messages')
        .option(
          '--status <status>',
          'everything that is failed, or unknown, or unsent and waits for a retry',
          redrivableStatus,
        )
        .option('--phone <number>', 'with --status: only to this phone number')
        .option('--yes', 'with --status: do not ask'),
    async ({ output, connect }, { status, phone, yes }, ids) => {
      if ((status === undefined) === (ids.length === 0)) {
        throw usageError('name the messages, or say --status failed, --status unknown or --status unsent.');
      }
      const api = await connect();
      if (status === undefined) {
        const { exitCode, changed } = await changeEach(
          api,
          ids,
          'redrive',
          () => 'will be sent again',
          output,
        );
        if (changed > 0) await noteHeldBack(api, output);
        return exitCode;
      }
      if (yes !== true) await confirm(output, await question(api, status, phone));
      const { redriven } = await api.post<{ readonly redriven: number }>('/messages/redrive', {
        status,
        phoneNumber: phone,
      });
      output.result({ redriven }, `${redriven} will be sent again`);
      if (redriven > 0) await noteHeldBack(api, output);
      return ExitCode.OK;
    },
  );
}

async function question(
  api: MessagingApi,
  status: RedriveFilter['status'],
  phone: string | undefined,
): Promise<string> {
  const to = phone === undefined ? '' : ` to ${phone}`;
  if (status === 'unsent') return `Send every message${to} now that waits for a retry?`;
  const again = `Send ${phone === undefined ? await howMany(api, status) : `every ${status} message${to}`} again?`;
  return status === 'unknown' ? `They may have arrived, and would then arrive twice. ${again}` : again;
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
