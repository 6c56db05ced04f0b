import type { EraseReport } from '@messaging-system/core';
import type { Command } from 'commander';
import { ExitCode } from '../exit-code.ts';
import { type CommonOptions, defineCommand, type Runner } from '../runner.ts';
import { confirm } from './confirm.ts';

interface EraseOptions extends CommonOptions {
  readonly yes?: boolean;
}

export function eraseCommand(run: Runner): Command {
  return defineCommand<EraseOptions, [phoneNumber: string]>(
    run,
    'erase',
    {
      summary: "remove a phone number's messages permanently",
      description:
        'Removes every message to a phone number, and what the sent cache knows of them, permanently. Messages that are being delivered stay for now, and copies stay in a SQLite file, or in PostgreSQL until VACUUM, while somebody reads it; the command then ends with 1.',
      asks: 'store',
      examples: ['erase +905551234567', 'erase +905551234567 --yes --json'],
    },
    (command) => command.argument('<phoneNumber>', 'whose messages').option('--yes', 'do not ask'),
    async ({ output, connect }, { yes }, phoneNumber) => {
      const api = await connect();
      if (yes !== true) await confirm(output, `Remove every message to ${phoneNumber} permanently?`);
      const report = await api.post<EraseReport>('/messages/erase', { phoneNumber });
      output.result(report, `${report.erased} erased`);
      const inFlight = report.inFlightIds.length;
      const copiesRemain = report.copiesRemain === true;
      if (inFlight > 0)
        output.remark(`${inFlight} under way at the moment: run it again when they are settled.`);
      if (copiesRemain)
        output.remark("Copies are still in the store's files, which somebody is reading: run it again.");
      return inFlight === 0 && !copiesRemain ? ExitCode.OK : ExitCode.REFUSED;
    },
  );
}
