import type { CancelReport } from '@messaging-system/core';
import { type MessageJson, mayHaveArrived } from '@messaging-system/http-hono';
import type { Command } from 'commander';
import { usageError } from '../command-error.ts';
import { ExitCode } from '../exit-code.ts';
import { type CommonOptions, defineCommand, type Runner } from '../runner.ts';
import { changeEach } from './change-each.ts';
import { confirm } from './confirm.ts';
import { instant } from './parse-options.ts';

interface CancelOptions extends CommonOptions {
  readonly all?: boolean;
  readonly phone?: string;
  readonly createdFrom?: string;
  readonly createdBefore?: string;
  readonly yes?: boolean;
}

export function cancelCommand(run: Runner): Command {
  return defineCommand<CancelOptions, [ids: readonly string[]]>(
    run,
    'cancel',
    {
      summary: 'cancel unsent messages',
      description:
        'Cancels unsent messages: the given ids, or with --all, --phone or a time all that match. A message that is being delivered, or was, is not cancelled; the command then exits with 1. An earlier attempt of a cancelled message may have arrived: show says so.',
      asks: 'store',
      examples: [
        'cancel 6924f0c2a1b2c3d4e5f60718',
        'cancel --phone +905551234567',
        'cancel --all --created-from 2030-01-31T12:00:00Z --yes',
      ],
    },
    (command) =>
      command
        .argument('[id...]', 'of one or several messages')
        .option('--all', 'every unsent message')
        .option('--phone <number>', 'every one to this phone number')
        .option('--created-from <instant>', 'only what was created then or later', instant)
        .option('--created-before <instant>', 'only what was created earlier', instant)
        .option('--yes', 'do not ask'),
    async ({ output, connect }, options, ids) => {
      const { all, phone: phoneNumber, createdFrom, createdBefore } = options;
      const filter = { status: 'unsent', phoneNumber, createdFrom, createdBefore };
      const isFiltered = [all, phoneNumber, createdFrom, createdBefore].some((given) => given !== undefined);
      if (isFiltered === ids.length > 0) {
        throw usageError(
          'name the messages, or say which with --all, --phone, --created-from or --created-before.',
        );
      }
      const api = await connect();
      if (!isFiltered) return (await changeEach(api, ids, 'cancel', cancelled, output)).exitCode;
      if (options.yes !== true) await confirm(output, `Cancel every unsent message${which(options)}?`);
      const report = await api.post<CancelReport>('/messages/cancel', filter);
      output.result(report, `${report.cancelled} cancelled`);
      if (report.inFlight === 0) return ExitCode.OK;
      output.remark(`${report.inFlight} under way at the moment: they stay.`);
      return ExitCode.REFUSED;
    },
  );
}

/** Only what would have come next is cancelled. */
function cancelled(message: MessageJson): string {
  return mayHaveArrived(message) ? 'cancelled; an earlier attempt may have arrived' : 'cancelled';
}

function which({ phone, createdFrom, createdBefore }: CancelOptions): string {
  return [
    phone === undefined ? '' : ` to ${phone}`,
    createdFrom === undefined ? '' : ` created from ${createdFrom} on`,
    createdBefore === undefined ? '' : ` created before ${createdBefore}`,
  ].join('');
}
