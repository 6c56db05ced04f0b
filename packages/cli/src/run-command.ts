import { CommanderError } from 'commander';
import { CommandError } from './command-error.ts';
import { connect } from './connection/connect.ts';
import { ExitCode } from './exit-code.ts';
import type { Host } from './host.ts';
import { Output } from './output/output.ts';
import { program } from './program.ts';
import type { Runner } from './runner.ts';

/** Does what the arguments ask for. Resolves with the exit code. */
export async function runCommand(args: readonly string[], host: Host): Promise<number> {
  let exitCode: number = ExitCode.OK;
  const end = (code: number): void => {
    exitCode = code;
  };
  const run: Runner = async (options, work) => {
    const output = new Output(options.json === true);
    try {
      await using lifetimes = new AsyncDisposableStack();
      end(
        await work({
          output,
          host,
          lifetimes,
          connect: ({ mayCreate } = { mayCreate: false }) => connect(host, options, lifetimes, mayCreate),
        }),
      );
    } catch (error) {
      const failure = error instanceof CommandError ? error : ownError(error);
      output.fail(failure);
      end(failure.exitCode);
    }
  };
  endQuietlyWithReader();
  try {
    await program(run, end, host).parseAsync(withCommand(args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // It has written its text already.
    return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
  }
  return exitCode;
}

function ownError(error: unknown): CommandError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new CommandError(ExitCode.SOFTWARE, 'internal', `unexpected error, please report it: ${text}`);
}

const OF_ALL = new Set(['-h', '--help', '-v', '--version']);

/** Without any command it is the server that is meant. */
function withCommand(args: readonly string[]): readonly string[] {
  const hasCommand = args.some((arg) => !arg.startsWith('-') || OF_ALL.has(arg));
  return hasCommand ? args : ['serve', ...args];
}

/** `… | head` has all that it needs when it closes the pipe. */
function endQuietlyWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? ExitCode.OK : ExitCode.NO_OUTPUT);
  });
}
