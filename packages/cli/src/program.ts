import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { backupCommand } from './commands/backup.ts';
import { cancelCommand } from './commands/cancel.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eraseCommand } from './commands/erase.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { listCommand, showCommand } from './commands/list.ts';
import { redriveCommand } from './commands/redrive.ts';
import { sendCommand } from './commands/send.ts';
import { serveCommand } from './commands/serve.ts';
import { startCommand, stopCommand } from './commands/start-stop.ts';
import { statusCommand } from './commands/status.ts';
import { tailCommand } from './commands/tail.ts';
import type { Host } from './host.ts';
import { type Runner, shownExamples } from './runner.ts';

const EXAMPLES = ['serve', "send +905551234567 'Your code is 4711.' --wait", 'status', 'doctor'];

const END = `
Commands call a running server, or use the store itself with --direct. "messaging-system <command> --help"
shows the options of a command.

Exit codes: 0 done, 1 not everything was done, 64 wrong arguments, 65 not valid, 66 a file can't be read,
69 a server or store can't be reached, 70 internal error, 73 a file can't be written, 77 the API key,
78 wrong configuration, 130 and 143 ended by a signal.`;

/** Every command that there is. */
export function program(run: Runner, end: (exitCode: number) => void, host: Host): Command {
  const root = new Command('messaging-system')
    .description('Delivers messages reliably to webhooks and SMS providers.')
    .version(manifest.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this, or the help of a command')
    .showHelpAfterError('(Run messaging-system --help for all commands and options.)')
    .addHelpText('before', shownExamples(EXAMPLES))
    .addHelpText('after', END)
    .exitOverride();
  for (const command of [
    serveCommand(end, host),
    sendCommand(run),
    importCommand(run),
    listCommand(run),
    showCommand(run),
    cancelCommand(run),
    redriveCommand(run),
    eraseCommand(run),
    statusCommand(run),
    startCommand(run),
    stopCommand(run),
    tailCommand(run),
    exportCommand(run),
    backupCommand(run),
    doctorCommand(run),
  ]) {
    root.addCommand(
      command
        .copyInheritedSettings(root)
        .helpOption('-h, --help', 'print this')
        .showHelpAfterError(`(Run messaging-system ${command.name()} --help for its arguments and options.)`),
    );
  }
  return root;
}
