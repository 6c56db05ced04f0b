import { parseArgs } from 'node:util';

export type Command =
  | { readonly kind: 'serve' | 'check-config' | 'settings' | 'help' | 'version' }
  | { readonly kind: 'misused'; readonly problem: string };

/** What the arguments ask for. Of several flags the most harmless counts. */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        settings: { type: 'boolean' },
        'check-config': { type: 'boolean' },
      },
    });
    const [command = 'serve', ...rest] = positionals;
    if (command !== 'serve' || rest.length > 0) {
      return { kind: 'misused', problem: `there is no command ${[command, ...rest].join(' ')}` };
    }
    for (const kind of ['help', 'version', 'settings', 'check-config'] as const) {
      if (values[kind] === true) return { kind };
    }
    return { kind: 'serve' };
  } catch (error) {
    return { kind: 'misused', problem: error instanceof Error ? error.message : String(error) };
  }
}
