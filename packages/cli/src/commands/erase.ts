import type { EraseReport } from '@messaging-system/core';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.ts';
import { confirm } from './confirm.ts';
import { type CommonOptions, examples, type Runner, withConnection } from './runner.ts';

interface EraseOptions extends CommonOptions {
  readonly yes?: boolean;
}

export function eraseCommand(run: Runner): Command {
  return withConnection(
    new Command('erase')
      .summary("remove a phone number's messages for good")
      .description(
        'Removes every message to a phone number, and what the sent cache knows of them, for good. What is being delivered stays for now, and copies stay in a SQLite file while somebody reads it; the command then ends with 1.',
      )
      .argument('<phoneNumber>', 'whose messages')
      .option('--yes', 'do not ask'),
  )
    .addHelpText('after', examples('erase +905551234567', 'erase +905551234567 --yes --json'))
    .action((phoneNumber: string, options: EraseOptions) =>
      run(options, async ({ output, connect }) => {
        const api = await connect();
        if (options.yes !== true) await confirm(output, `Remove every message to ${phoneNumber} for good?`);
        const report = await api.post<EraseReport>('/messages/erase', { phoneNumber });
        if (output.isJson) output.json(report);
        else output.line(`${report.erased} erased`);
        const inFlight = report.inFlightIds.length;
        const copiesRemain = report.copiesRemain === true;
        if (inFlight === 0 && !copiesRemain) return ExitCode.OK;
        if (!output.isJson && inFlight > 0)
          output.note(`${inFlight} under way at the moment: run it again when they are settled.`);
        if (!output.isJson && copiesRemain)
          output.note("Copies are still in the store's files, which somebody is reading: run it again.");
        return ExitCode.REFUSED;
      }),
    );
}
