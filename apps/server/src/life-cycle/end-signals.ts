import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * The signals that end the server: SIGINT (Ctrl-C), SIGTERM (service managers, containers), SIGHUP (the terminal is gone),
 * SIGQUIT (Ctrl-\, and the stop signal of several images), SIGUSR2 (nodemon restarts with it).
 */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const;
export type EndSignal = (typeof END_SIGNALS)[number];

/**
 * Whether a second one means "at once". Not SIGHUP, which follows other signals without anybody's wish: systemd
 * (SendSIGHUP=) and a terminal that closes send it as well. Not SIGUSR2, which asks for a restart.
 */
export function isImpatient(signal: EndSignal): boolean {
  return signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGQUIT';
}

/** The bit of SIGHUP (1) in the masks of /proc/PID/status. */
const SIGHUP_BIT = 1n;

/**
 * Whether this process was started with SIGHUP ignored, as `nohup` does. Node.js resets that at its start, so it is
 * read from what is left of it: the name of the command in `_`, and, on Linux, whether the parent ignores SIGHUP.
 */
export function wasStartedIgnoringHangUp(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  parentId: number = process.ppid,
): boolean {
  if (basename(environment._ ?? '') === 'nohup') return true;
  const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(statusOf(parentId))?.[1];
  return ignored !== undefined && (BigInt(`0x${ignored}`) & SIGHUP_BIT) !== 0n;
}

function statusOf(processId: number): string {
  try {
    return readFileSync(`/proc/${processId}/status`, 'utf8');
  } catch {
    // No Linux, or the parent is gone: then nothing says that it was ignored.
    return '';
  }
}
